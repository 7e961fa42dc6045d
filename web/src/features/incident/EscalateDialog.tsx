import { Button, Group, Kbd, Modal, Text, Textarea } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { useRef, useState, type SyntheticEvent } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";

import type { Priority, Recipient } from "../../api/types";
import { choiceFor, focusOf } from "../queue/keys";
import classes from "./dialogs.module.css";
import { useCatalogue } from "./useCatalogue";
import { useDuty } from "./useDuty";

export interface Escalation {
  recipient: Recipient;
  priority: Priority;
  note: string;
}

interface EscalateDialogProps {
  opened: boolean;
  incidentId: string | null;
  /** The priority to start from; the person may choose another. */
  suggested: Priority | null;
  onClose: () => void;
  onSend: (escalation: Escalation) => void;
}

export function EscalateDialog({ opened, incidentId, suggested, onClose, onSend }: EscalateDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t("escalate.title")}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
      lockScroll={false}
    >
      <Choices incidentId={incidentId} suggested={suggested} onClose={onClose} onSend={onSend} />
    </Modal>
  );
}

function Choices({ incidentId, suggested, onClose, onSend }: Omit<EscalateDialogProps, "opened">) {
  const { t } = useTranslation();
  const { recipients, priorities } = useCatalogue();
  const [recipient, setRecipient] = useState<Recipient | null>(null);
  const [priority, setPriority] = useState<Priority | null>(suggested);
  const [note, setNote] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const hintOf = useDuty(incidentId, priority ?? "P3");

  /** Renders first, because what takes the focus may be disabled until then. */
  function step(change: () => void, focusNext: string): void {
    flushSync(change);
    const chosen = form.current?.querySelector<HTMLElement>(`${focusNext}:checked`);
    (chosen ?? form.current?.querySelector<HTMLElement>(focusNext))?.focus();
  }

  function chooseByDigit(event: KeyboardEvent): boolean {
    const asked = recipient === null ? recipients : priorities;
    const index = choiceFor(event, asked.length);
    if (index === null) return false;
    if (recipient === null) step(() => setRecipient(recipients[index] ?? null), "[name=priority]");
    else step(() => setPriority(priorities[index] ?? null), "[type=submit]");
    return true;
  }

  function stepBack(): void {
    if (priority !== suggested) step(() => setPriority(suggested), "[name=priority]");
    else step(() => setRecipient(null), "[name=recipient]");
  }

  useWindowEvent("keydown", (event) => {
    if (focusOf(event.target) === "text") return;
    if (chooseByDigit(event)) event.preventDefault();
    else if (event.key === "Backspace") stepBack();
  });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (recipient !== null && priority !== null) onSend({ recipient, priority, note: note.trim() });
  }

  return (
    <form ref={form} className={classes.escalate} onSubmit={submit} data-testid="escalate-dialog">
      <fieldset className={classes.step} data-asked={recipient === null}>
        <legend>{t("escalate.recipient")}</legend>
        {recipients.map((choice, index) => (
          <Choice
            key={choice}
            group="recipient"
            value={choice}
            digit={index + 1}
            label={t(`recipient.${choice}`)}
            hint={hintOf(choice)}
            checked={recipient === choice}
            takesFocus={index === 0}
            onChoose={() => setRecipient(choice)}
          />
        ))}
      </fieldset>
      <fieldset className={classes.step} data-asked={recipient !== null && priority === suggested}>
        <legend>{t("escalate.priority")}</legend>
        {priorities.map((choice, index) => (
          <Choice
            key={choice}
            group="priority"
            value={choice}
            digit={index + 1}
            label={t(`priority.${choice}`)}
            hint={choice === suggested ? t("escalate.suggested") : undefined}
            checked={priority === choice}
            onChoose={() => setPriority(choice)}
          />
        ))}
      </fieldset>
      <Textarea
        className={classes.wide}
        label={t("escalate.note")}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2000}
        autosize
        minRows={2}
        maxRows={5}
        data-testid="escalate-note"
      />
      <Text size="sm" c="dimmed" className={classes.wide}>
        {t("escalate.help")}
      </Text>
      <Group justify="flex-end" className={classes.wide}>
        <Button variant="default" onClick={onClose} rightSection={<Kbd size="xs">Esc</Kbd>}>
          {t("escalate.cancel")}
        </Button>
        <Button
          type="submit"
          disabled={recipient === null || priority === null}
          rightSection={<Kbd size="xs">Enter</Kbd>}
          data-testid="escalate-send"
        >
          {recipient !== null && priority !== null
            ? t("escalate.sendTo", { recipient: t(`recipient.${recipient}`), priority })
            : t("escalate.send")}
        </Button>
      </Group>
    </form>
  );
}

interface ChoiceProps {
  group: string;
  value: string;
  digit: number;
  label: string;
  hint?: string | undefined;
  checked: boolean;
  takesFocus?: boolean;
  onChoose: () => void;
}

function Choice({ group, value, digit, label, hint, checked, takesFocus = false, onChoose }: ChoiceProps) {
  return (
    <label className={classes.choice} data-checked={checked} data-testid={`${group}-${value}`}>
      <input
        type="radio"
        name={group}
        value={value}
        checked={checked}
        onChange={onChoose}
        data-autofocus={takesFocus || undefined}
      />
      <Kbd>{digit}</Kbd>
      <span>
        {label}
        {hint !== undefined && <span className={classes.hint}> {hint}</span>}
      </span>
    </label>
  );
}
