import { Alert, Button, Modal, Text, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { ThresholdList, ThresholdPlace } from "../../api/types";
import classes from "./Thresholds.module.css";
import { useDecide } from "./useThresholds";
import { tellProposal, type Did } from "./words";

export interface Asked {
  did: Did;
  place: ThresholdPlace;
}

interface DialogProps {
  asked: Asked | null;
  list: ThresholdList;
  onClose: () => void;
  onDone: (did: Did) => void;
}

/** The figures once more, a note, and Enter. */
export function DecideDialog({ asked, onClose, ...rest }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      title={asked === null ? "" : t(`thresholds.ask.${asked.did}`)}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
    >
      {asked !== null && <Form asked={asked} {...rest} />}
    </Modal>
  );
}

function Form({ asked: { did, place }, list, onDone }: Omit<DialogProps, "onClose" | "asked"> & { asked: Asked }) {
  const { t, i18n } = useTranslation();
  const [note, setNote] = useState("");
  const decide = useDecide();

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (!decide.isPending) decide.mutate({ did, place, note: note.trim() }, { onSuccess: () => onDone(did) });
  }

  return (
    <form className={classes.form} onSubmit={submit} data-testid="threshold-dialog">
      <Text>{did === "undo" ? t("thresholds.undoHelp") : tellProposal(t, i18n.language, place, list)}</Text>
      <TextInput
        label={t("thresholds.note")}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2000}
        data-autofocus
        data-testid="threshold-note"
      />
      {decide.isError && (
        <Alert color="yellow" role="alert" data-testid="threshold-problem">
          {tellProblem(t, decide.error)}
        </Alert>
      )}
      <Button type="submit" loading={decide.isPending} data-testid="threshold-send">
        {t(`thresholds.${did}`)}
      </Button>
    </form>
  );
}
