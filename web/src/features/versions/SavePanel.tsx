import { Alert, Button, Text, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem, tellProblem } from "../../api/problems";
import type { DrawingFault } from "../../api/types";
import classes from "./Versions.module.css";

interface SavePanelProps {
  changed: boolean;
  faults: readonly DrawingFault[] | undefined;
  /** Where a fault is, for people; empty for the document as a whole. */
  placeOf: (where: DrawingFault["where"]) => string;
  note: string;
  onNote: (note: string) => void;
  pending: boolean;
  error: Error | null;
  onSave: () => void;
  /** Look at what somebody else saved meanwhile; what was changed here is lost. */
  onReload: () => void;
}

/** What is wrong, why it is changed, and the button that puts it in force. */
export function SavePanel({ changed, faults, placeOf, note, onNote, pending, error, onSave, onReload }: SavePanelProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const ready = changed && faults?.length === 0;

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    setAsked(true);
    if (ready && note.trim() !== "" && !pending) onSave();
  }

  return (
    <form className={classes.stack} onSubmit={submit} data-testid="save-panel">
      <Faults faults={faults} placeOf={placeOf} changed={changed} />
      <TextInput
        id="change-note"
        label={t("versions.why")}
        value={note}
        maxLength={2000}
        onChange={(event) => onNote(event.currentTarget.value)}
        error={asked && changed && note.trim() === "" ? t("versions.whyNeeded") : null}
        data-testid="change-note"
      />
      {error !== null && (
        <Alert color="yellow" role="alert" data-testid="save-problem">
          {tellProblem(t, error)}{" "}
          {error instanceof ApiProblem && error.isConflict && (
            <Button size="compact-sm" onClick={onReload}>
              {t("versions.reload")}
            </Button>
          )}
        </Alert>
      )}
      <Button type="submit" disabled={!ready} loading={pending} data-testid="save-change">
        {t("versions.save")}
      </Button>
    </form>
  );
}

function Faults({ faults, placeOf, changed }: Pick<SavePanelProps, "faults" | "placeOf" | "changed">) {
  const { t } = useTranslation();
  if (faults === undefined) return <Text size="sm" role="status">{t("versions.checking")}</Text>;
  if (faults.length === 0) {
    return (
      <Text size="sm" role="status" data-testid="sound">
        {t(changed ? "versions.sound" : "versions.unchanged")}
      </Text>
    );
  }
  return (
    <div role="status">
      <Text size="sm" fw={650}>{t("versions.faults", { count: faults.length })}</Text>
      <ul className={classes.faults}>
        {faults.map((fault, index) => (
          <li key={index} data-testid="fault">
            <b>{placeOf(fault.where)}</b> {fault.message}
          </li>
        ))}
      </ul>
    </div>
  );
}
