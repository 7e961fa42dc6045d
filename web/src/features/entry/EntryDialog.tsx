import { Alert, Button, Group, Kbd, Modal, NativeSelect, SegmentedControl, Select, Text, Textarea } from "@mantine/core";
import { IconCamera } from "@tabler/icons-react";
import { useState, type KeyboardEvent, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Camera, CameraSnapshot, Incident, Priority, Role, TypeOfIncident } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { PRIORITIES } from "../queue/useFilter";
import classes from "./EntryDialog.module.css";
import { findTypes, mayLook, newKey, snapshotOf, useEntry, useSnapshot, useTypes, useZones } from "./useEntry";

interface EntryProps {
  role: Role;
  cameras: readonly Camera[] | undefined;
  /** The camera to start from. */
  camera: string | null;
  onClose: () => void;
  onEntered: (incident: Incident) => void;
}

/** Enter what no detector suggested. Every opening is one entry: sent twice, it is one incident. */
export function EntryDialog({ opened, ...entry }: EntryProps & { opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={entry.onClose}
      size="xl"
      title={t("entry.title")}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
    >
      <Form {...entry} />
    </Modal>
  );
}

function Form({ role, cameras, camera: first, onClose, onEntered }: EntryProps) {
  const { t } = useTranslation();
  const [key] = useState(newKey);
  const [type, setType] = useState<TypeOfIncident | null>(null);
  const [camera, setCamera] = useState(first ?? cameras?.[0]?.id ?? "");
  const [zone, setZone] = useState("");
  const [priority, setPriority] = useState<Priority>("P3");
  const [note, setNote] = useState("");
  const [taken, setTaken] = useState<CameraSnapshot | null>(null);
  const zones = useZones(camera);
  const send = useEntry();

  function choose(chosen: TypeOfIncident | null): void {
    setType(chosen);
    if (chosen !== null) setPriority(chosen.priority);
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (type === null || camera === "" || send.isPending) return;
    const entry = { type: type.id, camera, zone, priority, note: note.trim(), snapshot: taken?.id ?? null };
    send.mutate({ key, entry }, { onSuccess: onEntered });
  }

  return (
    <form className={classes.form} onSubmit={submit} data-testid="entry-dialog">
      <TypeChoice type={type} onChoose={choose} />
      <div className={classes.where}>
        <NativeSelect
          label={t("detail.camera")}
          value={camera}
          onChange={(event) => {
            setCamera(event.currentTarget.value);
            setZone("");
            setTaken(null);
          }}
          data={(cameras ?? []).map((one) => ({ value: one.id, label: one.name }))}
          data-testid="entry-camera"
        />
        <NativeSelect
          label={t("detail.zone")}
          value={zone}
          onChange={(event) => setZone(event.currentTarget.value)}
          data={[{ value: "", label: t("entry.noZone") }, ...zones.map((one) => ({ value: one, label: one }))]}
          data-testid="entry-zone"
        />
      </div>
      <SegmentedControl
        aria-label={t("history.priority")}
        value={priority}
        onChange={(value) => setPriority(PRIORITIES.find((one) => one === value) ?? "P3")}
        fullWidth
        data={PRIORITIES.map((one) => ({ value: one, label: one }))}
        data-testid="entry-priority"
      />
      <Text size="sm">{t(`priority.${priority}`)}</Text>
      <Textarea
        label={t("entry.note")}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2000}
        autosize
        minRows={2}
        maxRows={5}
        data-testid="entry-note"
      />
      {mayLook(role) && <Picture camera={camera} taken={taken} onTaken={setTaken} />}
      {send.isError && (
        <Alert color="yellow" role="alert" data-testid="entry-problem">
          {tellProblem(t, send.error)}
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        {t("entry.help")}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("escalate.cancel")}
        </Button>
        <Button
          type="submit"
          disabled={type === null || camera === ""}
          loading={send.isPending}
          rightSection={<Kbd size="xs">Enter</Kbd>}
          data-testid="entry-send"
        >
          {t("entry.send")}
        </Button>
      </Group>
    </form>
  );
}

interface TypeChoiceProps {
  type: TypeOfIncident | null;
  onChoose: (type: TypeOfIncident | null) => void;
}

function TypeChoice({ type, onChoose }: TypeChoiceProps) {
  const { t, i18n } = useTranslation();
  const language = i18n.language.startsWith("nl") ? "nl" : "en";
  const [words, setWords] = useState("");
  const types = useTypes();
  const found = findTypes(types, type !== null && words === type.name[language] ? "" : words);
  // The chosen one stays among the choices, whatever is searched for next.
  const shown = type === null || found.some((one) => one.id === type.id) ? found : [...found, type];

  /** Faster than the list, which marks its first choice only once it has been drawn. */
  function takeFirst(event: KeyboardEvent): void {
    const marked = document.querySelector("[data-combobox-selected]") !== null;
    const [best] = found;
    if (event.key !== "Enter" || marked || best === undefined || words === "" || words === type?.name[language]) return;
    event.preventDefault();
    onChoose(best);
  }

  return (
    <Select
      label={t("entry.type")}
      placeholder={t("entry.search")}
      searchable
      searchValue={words}
      onSearchChange={setWords}
      filter={({ options }) => options}
      data={shown.map((one) => ({ value: one.id, label: one.name[language] }))}
      value={type?.id ?? null}
      onChange={(value) => onChoose(shown.find((one) => one.id === value) ?? null)}
      selectFirstOptionOnChange
      onKeyDown={takeFirst}
      nothingFoundMessage={t("entry.noType")}
      renderOption={({ option }) => (
        <span className={classes.option} data-testid={`type-${option.value}`}>
          {option.label}
          <Text span size="sm" c="dimmed">
            {shown.find((one) => one.id === option.value)?.category_name[language]}
          </Text>
        </span>
      )}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      data-autofocus
      withScrollArea={false} // so that the list itself scrolls, as screen readers expect
      styles={{ options: { maxHeight: "14rem", overflowY: "auto" } }}
      data-testid="entry-type"
    />
  );
}

interface PictureProps {
  camera: string;
  taken: CameraSnapshot | null;
  onTaken: (taken: CameraSnapshot | null) => void;
}

function Picture({ camera, taken, onTaken }: PictureProps) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const snapshot = useSnapshot();
  return (
    <div className={classes.picture}>
      <Button
        variant="default"
        leftSection={<IconCamera size="1.1rem" aria-hidden />}
        disabled={camera === ""}
        loading={snapshot.isPending}
        onClick={() => snapshot.mutate(camera, { onSuccess: onTaken })}
        data-testid="entry-snapshot"
      >
        {t(taken === null ? "entry.snapshot" : "entry.another")}
      </Button>
      {snapshot.isError && (
        <Text role="alert" data-testid="entry-no-picture">
          {tellProblem(t, snapshot.error)}
        </Text>
      )}
      {taken !== null && (
        <figure className={classes.taken}>
          <img src={snapshotOf(taken)} alt={t("entry.picture", { camera: taken.camera })} data-testid="entry-picture" />
          <figcaption>{formatMoment(i18n.language, taken.taken_at, nowMs)}</figcaption>
        </figure>
      )}
    </div>
  );
}
