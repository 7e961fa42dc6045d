import { Button, Group, Kbd, Modal, Text, Textarea } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Result } from "../../api/types";
import { choiceFor, focusOf } from "../queue/keys";
import classes from "./dialogs.module.css";
import { useCatalogue } from "./useCatalogue";

export interface Resolution {
  result: Result;
  note: string;
}

interface ResolveDialogProps {
  opened: boolean;
  onClose: () => void;
  onSend: (resolution: Resolution) => void;
}

export function ResolveDialog({ opened, onClose, onSend }: ResolveDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("resolve.title")}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
      lockScroll={false}
    >
      <Results onSend={onSend} />
    </Modal>
  );
}

function Results({ onSend }: Pick<ResolveDialogProps, "onSend">) {
  const { t } = useTranslation();
  const { results } = useCatalogue();
  const [result, setResult] = useState<Result | null>(null);
  const [note, setNote] = useState("");

  useWindowEvent("keydown", (event) => {
    if (focusOf(event.target) === "text") return;
    const index = choiceFor(event, results.length);
    if (index === null) return;
    event.preventDefault();
    setResult(results[index] ?? null);
  });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (result !== null) onSend({ result, note: note.trim() });
  }

  return (
    <form className={classes.choices} onSubmit={submit} data-testid="resolve-dialog">
      {results.map((choice, index) => (
        <label key={choice} className={classes.choice} data-checked={result === choice} data-testid={`result-${choice}`}>
          <input
            type="radio"
            name="result"
            value={choice}
            checked={result === choice}
            onChange={() => setResult(choice)}
            data-autofocus={index === 0 || undefined}
          />
          <Kbd>{index + 1}</Kbd>
          <span>{t(`result.${choice}`)}</span>
        </label>
      ))}
      <Textarea
        label={t("resolve.note")}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2000}
        autosize
        minRows={2}
        maxRows={5}
        data-testid="resolve-note"
      />
      <Text size="sm" c="dimmed">
        {t("resolve.help")}
      </Text>
      <Group justify="flex-end">
        <Button type="submit" disabled={result === null} rightSection={<Kbd size="xs">Enter</Kbd>} data-testid="resolve-send">
          {t("resolve.send")}
        </Button>
      </Group>
    </form>
  );
}
