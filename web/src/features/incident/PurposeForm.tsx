import { Button, Text, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import classes from "./Evidence.module.css";
import { purposeOf } from "./purpose";

/** Stands where the evidence will be, until the person says what for. */
export function PurposeForm({ onTell }: { onTell: (purpose: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const purpose = purposeOf(text);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (purpose !== null) onTell(purpose);
  }

  return (
    <form className={classes.purpose} onSubmit={submit} data-testid="purpose">
      <TextInput
        label={t("purpose.label")}
        description={t("purpose.help")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={400}
        autoComplete="off"
        data-testid="purpose-text"
      />
      <Text size="sm" c="dimmed">
        {t("purpose.logged")}
      </Text>
      <Button type="submit" disabled={purpose === null} data-testid="purpose-send">
        {t("purpose.send")}
      </Button>
    </form>
  );
}
