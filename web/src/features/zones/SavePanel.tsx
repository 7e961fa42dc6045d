import { Alert, Button, Text, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem, tellProblem } from "../../api/problems";
import type { Drawing, DrawingFault } from "../../api/types";
import type { ZoneDocument } from "./document";
import { useSaveDrawing } from "./useZones";
import { placeOf } from "./words";
import classes from "./Zones.module.css";

interface SavePanelProps {
  camera: string;
  document: ZoneDocument;
  version: number;
  changed: boolean;
  faults: readonly DrawingFault[] | undefined;
  note: string;
  onNote: (note: string) => void;
  onSaved: (drawing: Drawing) => void;
  /** Look at what somebody else saved meanwhile; what was drawn here is lost. */
  onReload: () => void;
}

/** What is wrong, why it is changed, and the button that puts it in force. */
export function SavePanel({ camera, document, version, changed, faults, note, onNote, onSaved, onReload }: SavePanelProps) {
  const { t } = useTranslation();
  const save = useSaveDrawing(camera);
  const [asked, setAsked] = useState(false);
  const ready = changed && faults?.length === 0;

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    setAsked(true);
    if (ready && note.trim() !== "" && !save.isPending) {
      save.mutate({ document, version, note: note.trim() }, { onSuccess: onSaved });
    }
  }

  return (
    <form className={classes.stack} onSubmit={submit} data-testid="save-panel">
      <Faults faults={faults} document={document} changed={changed} />
      <TextInput
        id="zone-note"
        label={t("zones.why")}
        value={note}
        maxLength={2000}
        onChange={(event) => onNote(event.currentTarget.value)}
        error={asked && changed && note.trim() === "" ? t("zones.whyNeeded") : null}
        data-testid="zone-note"
      />
      {save.isError && (
        <Alert color="yellow" role="alert" data-testid="zone-problem">
          {tellProblem(t, save.error)}{" "}
          {save.error instanceof ApiProblem && save.error.isConflict && (
            <Button size="compact-sm" onClick={onReload}>
              {t("zones.reload")}
            </Button>
          )}
        </Alert>
      )}
      <Button type="submit" disabled={!ready} loading={save.isPending} data-testid="save-zones">
        {t("zones.save")}
      </Button>
    </form>
  );
}

function Faults({ faults, document, changed }: Pick<SavePanelProps, "faults" | "document" | "changed">) {
  const { t } = useTranslation();
  if (faults === undefined) return <Text size="sm" role="status">{t("zones.checking")}</Text>;
  if (faults.length === 0) {
    return (
      <Text size="sm" role="status" data-testid="zones-sound">
        {t(changed ? "zones.sound" : "zones.unchanged")}
      </Text>
    );
  }
  return (
    <div role="status">
      <Text size="sm" fw={650}>{t("zones.faults", { count: faults.length })}</Text>
      <ul className={classes.faults}>
        {faults.map((fault, index) => (
          <li key={index} data-testid="fault">
            <b>{placeOf(document, fault.where)}</b> {fault.message}
          </li>
        ))}
      </ul>
    </div>
  );
}
