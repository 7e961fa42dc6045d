import { useCallbackRef, useIdle } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";

import type { Command, Incident, Role } from "../../api/types";
import { switchLanguage } from "../../i18n";
import { nameOf, useCameras } from "../cameras/useCameras";
import { EntryDialog } from "../entry/EntryDialog";
import { mayEnter, useTypes } from "../entry/useEntry";
import { Actions } from "../incident/Actions";
import { toggle } from "../incident/Clip";
import { EscalateDialog } from "../incident/EscalateDialog";
import { IncidentDetail } from "../incident/IncidentDetail";
import { RejectDialog } from "../incident/RejectDialog";
import { ResolveDialog } from "../incident/ResolveDialog";
import { useCatalogue } from "../incident/useCatalogue";
import { canDo } from "../incident/useCommands";
import { useIncident } from "../incident/useIncident";
import { HandoverNotes } from "../handover/HandoverNotes";
import { useHandovers, useReadHandovers } from "../handover/useHandovers";
import { KeysDialog } from "../keys/KeysDialog";
import { hasPage } from "../pages/pages";
import { useAlarm } from "../sound/useAlarm";
import { useSound } from "../sound/useSound";
import { FilterBar } from "./FilterBar";
import { BINDINGS, GROUPS, type Action } from "./keys";
import { IncidentList } from "./IncidentList";
import { LaneBar } from "./LaneBar";
import classes from "./QueuePage.module.css";
import { UndoBar } from "./UndoBar";
import { useFilter, viewAfter } from "./useFilter";
import { heldIn, useBudget } from "./useHeld";
import { useLanes } from "./useLanes";
import { useLate } from "./useLate";
import { useKeys } from "./useKeys";
import { useQueue } from "./useQueue";
import { useSettled } from "./useSettled";
import { useVerdicts } from "./useVerdicts";

const RESTING_MS = 30_000;

type Dialog = "reject" | "escalate" | "resolve" | "enter" | "keys";

function newer<T extends Incident>(detail: T | undefined, listed: Incident | undefined): T | Incident | undefined {
  if (detail === undefined || listed === undefined) return detail ?? listed;
  return listed.version > detail.version ? { ...detail, ...listed } : detail;
}

function leaveControl(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

export function QueuePage({ username, role }: { username: string; role: Role }) {
  const navigate = useNavigate();
  const { filter, change, selected, select } = useFilter();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [undisturbed, setUndisturbed] = useState(false);
  // Moving through the list by keys holds it as the mouse does, until the hands have rested for a while.
  const [placed, setPlaced] = useState(false);
  const resting = useIdle(RESTING_MS, { initialState: false });
  const [soundOn, setSound] = useSound();
  const [snapshotLarge, setSnapshotLarge] = useState(false);
  const [marked, setMarked] = useState(true);
  const video = useRef<HTMLVideoElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const { data: cameras } = useCameras();
  useCatalogue(); // so that a dialog has its choices at once
  useTypes(mayEnter(role));
  const queue = useQueue(filter, undisturbed || dialog !== null || (placed && !resting), selected);
  const settled = useSettled(!queue.query.isPending);
  const detail = useIncident(selected);
  const incident = newer(detail.data, selected === null ? undefined : queue.listed.get(selected));
  const budget = useBudget(role);
  const late = useLate(role);
  const lanes = useLanes(role);
  const alarm = useAlarm(lanes, soundOn);
  const notes = useHandovers(role);
  const readNotes = useReadHandovers();
  const verdicts = useVerdicts(username);

  const first = queue.ids[0];
  useEffect(() => {
    if (selected === null && first !== undefined) select(first);
  });

  function choose(id: string): void {
    if (id !== selected) verdicts.clearNotice();
    select(id);
  }

  const chooseCard = useCallbackRef(choose); // always the same one, so that a card renders only when it changes

  function move(step: 1 | -1): void {
    const at = selected === null ? -1 : queue.ids.indexOf(selected);
    const target = queue.ids[at === -1 ? 0 : at + step];
    if (target === undefined) return;
    if (at + step >= queue.ids.length - 2 && queue.query.hasNextPage) void queue.query.fetchNextPage();
    queue.tidy(target);
    setPlaced(true);
    leaveControl();
    choose(target);
  }

  function backToList(): void {
    leaveControl();
    list.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }

  function showNew(): void {
    queue.refresh();
    setPlaced(false);
    list.current?.scrollTo({ top: 0 });
  }

  function order(command: Command): void {
    if (command === "undo" && incident?.commands.includes("undo") !== true) {
      void verdicts.undoLast(select);
      return;
    }
    if (incident === undefined) return;
    if (command !== "reject" && command !== "escalate" && command !== "resolve") {
      if (command !== "expire" && command !== "hand_over") void verdicts.run(incident, { command });
    } else if (canDo(incident, command)) setDialog(command);
    else verdicts.refuse(incident, command);
  }

  function act(action: Action): void {
    switch (action) {
      case "next":
        return move(1);
      case "previous":
        return move(-1);
      case "list":
        return backToList();
      case "showNew":
        return showNew();
      case "nextView":
        return change({ view: viewAfter(filter.view, { held: heldIn(budget) > 0, late: late.count > 0 }) });
      case "swap":
        return setSnapshotLarge(!snapshotLarge);
      case "marks":
        return setMarked(!marked);
      case "play":
        return toggle(video.current);
      case "language":
        return switchLanguage();
      case "keys":
        return setDialog("keys");
      case "print":
      case "letThrough":
        // It is there when the person may do it now; only a click of a link opens the tab with its own rules.
        document.querySelector<HTMLElement>(action === "print" ? '[data-testid="print"]' : '[data-testid="let-through"]')?.click();
        return;
      case "thresholds":
        if (role === "supervisor") void navigate("/thresholds");
        return;
      case "profile":
        return void navigate("/profile");
      case "cameras":
      case "map":
      case "wall":
      case "handover":
        if (hasPage(role, action)) void navigate(`/${action}`);
        return;
      case "sound":
        return setSound(!soundOn);
      case "readNotes":
        return readNotes.mutate(notes.unread);
      case "enter":
        if (mayEnter(role)) setDialog("enter");
        return;
      default:
        return order(action);
    }
  }
  useKeys(dialog !== null, act);

  const close = () => setDialog(null);
  return (
    <main className={classes.page}>
      <section className={classes.left}>
        <HandoverNotes notes={notes.unread} busy={readNotes.isPending} onRead={() => act("readNotes")} />
        <FilterBar
          filter={filter}
          cameras={cameras}
          waiting={queue.waiting}
          onChange={change}
          onShowNew={showNew}
          onKeys={() => setDialog("keys")}
          budget={budget}
          late={late}
          onEnter={mayEnter(role) ? () => setDialog("enter") : null}
          laneBar={
            lanes && <LaneBar lanes={lanes} alarm={alarm} soundOn={soundOn} onSound={() => setSound(!soundOn)} />
          }
        />
        <IncidentList
          ref={list}
          queue={queue}
          filter={filter}
          cameras={cameras}
          selected={selected}
          username={username}
          onSelect={chooseCard}
          onUndisturbed={setUndisturbed}
          onClearFilter={() => change({ kind: null, camera: null, priority: null })}
          settled={settled}
        />
        <UndoBar given={verdicts.given} cameras={cameras} onUndo={() => void verdicts.undoLast(select)} />
      </section>
      <IncidentDetail
        incident={incident}
        history={detail.data?.history}
        deliveries={detail.data?.deliveries ?? []}
        error={detail.error}
        cameraName={nameOf(cameras, incident?.camera ?? "")}
        username={username}
        video={video}
        snapshotLarge={snapshotLarge}
        marked={marked}
        onSwap={() => act("swap")}
        onMarks={() => act("marks")}
        actions={
          incident && (
            <Actions incident={incident} username={username} busy={verdicts.busy} notice={verdicts.notice} onOrder={order} />
          )
        }
      />
      {(settled || dialog !== null) && (
        <>
          <KeysDialog groups={GROUPS} bindings={BINDINGS} opened={dialog === "keys"} onClose={close} />
          <EntryDialog
            opened={dialog === "enter"}
            role={role}
            cameras={cameras}
            camera={incident?.camera ?? filter.camera}
            onClose={close}
            onEntered={(entered) => {
              close();
              choose(entered.id);
            }}
          />
          <RejectDialog
            opened={dialog === "reject"}
            onClose={close}
            onChoose={(reason) => {
              close();
              if (incident) void verdicts.run(incident, { command: "reject", reason });
            }}
          />
          <ResolveDialog
            opened={dialog === "resolve"}
            onClose={close}
            onSend={(choice) => {
              close();
              if (incident) void verdicts.run(incident, { command: "resolve", ...choice });
            }}
          />
          <EscalateDialog
            opened={dialog === "escalate"}
            incidentId={incident?.id ?? null}
            suggested={incident?.priority ?? incident?.suggested_priority ?? null}
            onClose={close}
            onSend={(choice) => {
              close();
              if (incident) void verdicts.run(incident, { command: "escalate", ...choice });
            }}
          />
        </>
      )}
    </main>
  );
}
