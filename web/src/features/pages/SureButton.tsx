import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import classes from "./Pages.module.css";

interface SureButtonProps {
  label: string;
  /** What will happen, in one sentence. */
  consequence: string;
  busy: boolean;
  onSure: () => void;
  testId: string;
}

/** What cannot be taken back asks once more, in its own place. */
export function SureButton({ label, consequence, busy, onSure, testId }: SureButtonProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Button variant="default" onClick={() => setAsked(true)} loading={busy} data-testid={testId}>
        {label}
      </Button>
    );
  }
  return (
    <div className={classes.sure} role="group" aria-label={label}>
      <Text size="sm">{consequence}</Text>
      <Group gap="0.5rem">
        <Button
          onClick={() => {
            setAsked(false);
            onSure();
          }}
          // The focus was on the button that this one replaces.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          data-testid={`${testId}-sure`}
        >
          {label}
        </Button>
        <Button variant="default" onClick={() => setAsked(false)}>
          {t("escalate.cancel")}
        </Button>
      </Group>
    </div>
  );
}
