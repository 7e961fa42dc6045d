import { Alert, Button, Kbd, NativeSelect, Textarea } from "@mantine/core";
import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { HandoverList } from "../../api/types";
import classes from "./Handover.module.css";
import { useHandOver } from "./useHandovers";

const LONGEST_NOTE = 2000;

/** What the keys of the page reach. */
export interface FormFields {
  focus: (field: "note" | "colleague") => void;
  send: () => void;
}

interface HandoverFormProps {
  ref: Ref<FormFields>;
  colleagues: HandoverList["colleagues"];
  /** How many the person has. */
  claims: number;
}

/** One action: all claims go to a colleague or back to the queue, and the note stays for who comes. */
export function HandoverForm({ ref, colleagues, claims }: HandoverFormProps) {
  const { t } = useTranslation();
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const noteField = useRef<HTMLTextAreaElement>(null);
  const colleagueField = useRef<HTMLSelectElement>(null);
  const handOver = useHandOver();
  const possible = !handOver.isPending && (claims > 0 || note.trim() !== "");

  function send(): void {
    if (!possible) return;
    handOver.mutate({ to: to === "" ? null : to, note: note.trim() }, { onSuccess: () => setNote("") });
  }

  useImperativeHandle(ref, () => ({
    focus: (field) => (field === "note" ? noteField : colleagueField).current?.focus(),
    send,
  }));

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={noteField}
        label={t("handover.note")}
        description={t("handover.noteHelp")}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={LONGEST_NOTE}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-testid="handover-text"
      />
      <NativeSelect
        ref={colleagueField}
        label={t("handover.to")}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        data={[
          { value: "", label: t("handover.queue") },
          ...colleagues.map(({ name, there }) => ({
            value: name,
            label: there ? t("handover.there", { name }) : name,
          })),
        ]}
        data-testid="handover-to"
      />
      <Button type="submit" disabled={!possible} rightSection={<Kbd size="xs">s</Kbd>} data-testid="handover-send">
        {t("handover.send", { count: claims })}
      </Button>
      <div role="status" data-testid="handover-done">
        {handOver.isSuccess && t("handover.done", { handed: handOver.data.handed, released: handOver.data.released })}
      </div>
      {handOver.isError && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, handOver.error)}
        </Alert>
      )}
    </form>
  );
}
