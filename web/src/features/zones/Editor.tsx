import { Button, Tabs, Text } from "@mantine/core";
import { useImperativeHandle, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";

import type { Drawing, DrawnCamera } from "../../api/types";
import type { PageAction } from "../pages/pageKeys";
import { isChanged, useDraft } from "../versions/draft";
import { HistoryPanel } from "../versions/HistoryPanel";
import { SavePanel } from "../versions/SavePanel";
import { Canvas } from "./Canvas";
import { changePreset, changeZone, type Point, type Preset, type ZoneDocument } from "./document";
import { DryRunPanel } from "./DryRunPanel";
import { edit, editGround, stepPoint, type Place } from "./editing";
import { middleOf } from "./geometry";
import { GroundPanel } from "./GroundPanel";
import { RulesPanel } from "./RulesPanel";
import { useDryRun } from "./useDryRun";
import { usePicture } from "./usePicture";
import { differences } from "./compare";
import { fetchEarlier, useFaults, useSaveDrawing } from "./useZones";
import { WHOLE, zoomed, type View } from "./view";
import { faultyZones, placeOf, tellDifference } from "./words";
import { ZoneList } from "./ZoneList";
import classes from "./Zones.module.css";

export interface EditorHandle {
  act: (action: PageAction) => void;
}

interface EditorProps {
  camera: DrawnCamera;
  drawing: Drawing;
  keptDays: number;
  chosenPreset: string;
  onPreset: (preset: string) => void;
  onSaved: (drawing: Drawing) => void;
  onReload: () => void;
  handle: Ref<EditorHandle>;
}

type Tab = "rules" | "ground" | "try" | "versions";
const TABS: readonly Tab[] = ["rules", "ground", "try", "versions"];

/** Draws on the zones of a camera, from the version that it begins with to the next. */
export function Editor({ camera, drawing, keptDays, chosenPreset, onPreset, onSaved, onReload, handle }: EditorProps) {
  const { t } = useTranslation();
  const [draft, dispatch] = useDraft(drawing.document as unknown as ZoneDocument, drawing.version);
  const [place, setPlace] = useState<Place>({ zone: 0, point: null });
  const [view, setView] = useState<View>(WHOLE);
  const [tab, setTab] = useState<Tab>("rules");
  const [note, setNote] = useState("");
  const [ratio, setRatio] = useState(9 / 16);
  const { document } = draft;
  const { data: faults } = useFaults(camera.id, document);
  const at = Math.max(0, document.presets.findIndex(({ id }) => id === chosenPreset));
  const preset = document.presets[at];
  const save = useSaveDrawing(camera.id);
  const dryRun = useDryRun(camera.id);
  const picture = usePicture(camera, preset?.id ?? "");
  const changed = isChanged(draft);

  const change = (one: Preset, sort?: string) =>
    preset !== undefined &&
    dispatch({ do: "change", document: changePreset(document, preset.id, () => one), ...(sort !== undefined && { sort }) });
  const mode = tab === "ground" ? "ground" : "zones";

  function move(action: PageAction): void {
    if (preset === undefined) return;
    if (mode === "ground") {
      const moved = editGround(preset, place.point, action, view);
      if (moved !== null) change(moved, `ground-keys-${String(place.point)}`);
      return;
    }
    const edited = edit(preset, place, action, view);
    if (edited === null) return;
    change(edited.preset, edited.sort);
    setPlace({ zone: edited.zone, point: edited.point });
  }

  function act(action: PageAction): void {
    const zones = preset?.zones ?? [];
    const corners = mode === "ground" ? (preset?.ground_plane ?? []) : (zones[place.zone]?.polygon ?? []);
    switch (action) {
      case "nextRow":
      case "previousRow": {
        const zone = Math.min(Math.max(place.zone + (action === "nextRow" ? 1 : -1), 0), Math.max(zones.length - 1, 0));
        return setPlace({ zone, point: null });
      }
      case "nextCorner":
      case "previousCorner":
        return setPlace({ ...place, point: stepPoint(place.point, action === "nextCorner" ? 1 : -1, corners.length) });
      case "undoDraw":
        return dispatch({ do: "undo" });
      case "redoDraw":
        return dispatch({ do: "redo" });
      case "closer":
      case "farther":
        return setView(zoomed(view, action === "closer" ? 1.25 : 0.8, lookedAt(preset, place)));
      case "whole":
        return setView(WHOLE);
      case "takePicture":
        return picture.take();
      case "tryZones":
        setTab("try");
        if (faults?.length === 0 && keptDays > 0) dryRun.start(document);
        return;
      case "saveZones":
        return window.document.getElementById("change-note")?.focus();
      case "versions":
        return setTab("versions");
      case "measure":
        return setTab(tab === "ground" ? "rules" : "ground");
      default:
        return move(action);
    }
  }
  useImperativeHandle(handle, () => ({ act }));

  if (preset === undefined) return <Text>{t("zones.noPreset")}</Text>;
  const zone = preset.zones[place.zone];
  return (
    <div className={classes.layout} data-testid="editor" data-version={draft.version} data-changed={changed}>
      <div className={classes.side}>
        <ZoneList
          presets={document.presets}
          preset={preset}
          onPreset={(id) => {
            setPlace({ zone: 0, point: null });
            onPreset(id);
          }}
          faulty={faultyZones(faults ?? [], at)}
          chosen={place.zone}
          onChoose={(index) => setPlace({ zone: index, point: null })}
        />
        <div className={classes.tools}>
          <Tool action="addZone" act={act} />
          <Tool action="removeZone" act={act} off={preset.zones.length < 2} />
          <Tool action="addCorner" act={act} />
          <Tool action="removeCorner" act={act} off={place.point === null} />
          <Tool action="undoDraw" act={act} off={draft.past.length === 0} />
          <Tool action="redoDraw" act={act} off={draft.future.length === 0} />
        </div>
        <SavePanel
          changed={changed}
          faults={faults}
          placeOf={(where) => placeOf(document, where)}
          note={note}
          onNote={setNote}
          pending={save.isPending}
          error={save.error}
          onSave={() =>
            save.mutate(
              { document, version: draft.version, note: note.trim() },
              {
                onSuccess: (saved) => {
                  dispatch({ do: "begin", document, version: saved.version });
                  setNote("");
                  onSaved(saved);
                },
              },
            )
          }
          onReload={onReload}
        />
      </div>
      <div className={classes.middle}>
        <Canvas
          picture={picture.url}
          ratio={ratio}
          onRatio={setRatio}
          view={view}
          onView={setView}
          mode={mode}
          zones={preset.zones}
          faulty={faultyZones(faults ?? [], at)}
          zone={place.zone}
          point={place.point}
          onChoose={(index, point) => setPlace({ zone: index, point })}
          onPolygon={(index, polygon, sort) => change(changeZone(preset, index, (one) => ({ ...one, polygon })), sort)}
          ground={preset.ground_plane ?? []}
          onGround={(points, sort) => change({ ...preset, ground_plane: points }, sort)}
          onRest={() => dispatch({ do: "rest" })}
        />
        <div className={classes.tools}>
          <Tool action="closer" act={act} />
          <Tool action="farther" act={act} off={view.scale === 1} />
          <Tool action="whole" act={act} off={view.scale === 1} />
          <Tool action="takePicture" act={act} />
          <Text size="sm" c="dimmed" role="status" data-testid="picture-kind">
            {t(`zones.picture.${picture.kind}`)}
          </Text>
        </div>
      </div>
      <div className={classes.panel}>
        <Tabs value={tab} onChange={(value) => setTab((value ?? "rules") as Tab)} keepMounted={false}>
          <Tabs.List>
            {TABS.map((one) => (
              <Tabs.Tab key={one} value={one} data-testid={`tab-${one}`}>
                {t(`zones.tab.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="rules" pt="sm">
            {zone !== undefined && (
              <RulesPanel
                key={`${preset.id} ${String(place.zone)}`}
                zone={zone}
                onChange={(one, sort) => change(changeZone(preset, place.zone, () => one), sort)}
              />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="ground" pt="sm">
            <GroundPanel preset={preset} onChange={change} />
          </Tabs.Panel>
          <Tabs.Panel value="try" pt="sm">
            <DryRunPanel
              run={dryRun}
              document={document}
              sound={faults?.length === 0}
              keptDays={keptDays}
            />
          </Tabs.Panel>
          <Tabs.Panel value="versions" pt="sm">
            <HistoryPanel<ZoneDocument>
              name={camera.id}
              history={drawing.history}
              fetchEarlier={(version, signal) => fetchEarlier(camera.id, version, signal)}
              compare={(earlier) => differences(earlier, document).map((one) => tellDifference(t, one))}
              onTakeBack={(version, earlier) => {
                setPlace({ zone: 0, point: null });
                dispatch({ do: "change", document: earlier });
                setNote(t("versions.backTo", { version }));
              }}
            />
          </Tabs.Panel>
        </Tabs>
      </div>
    </div>
  );
}

/** What one comes closer to: the chosen corner, else the chosen zone. */
function lookedAt(preset: Preset | undefined, { zone, point }: Place): Point {
  const polygon = preset?.zones[zone]?.polygon ?? [];
  return middleOf(point === null ? polygon : polygon.slice(point, point + 1));
}

interface ToolProps {
  action: "addZone" | "removeZone" | "addCorner" | "removeCorner" | "undoDraw" | "redoDraw" | "closer" | "farther" | "whole" | "takePicture";
  act: (action: PageAction) => void;
  off?: boolean;
}

function Tool({ action, act, off = false }: ToolProps) {
  const { t } = useTranslation();
  return (
    <Button variant="default" size="compact-sm" disabled={off} onClick={() => act(action)} data-testid={`tool-${action}`}>
      {t(`zones.tool.${action}`)}
    </Button>
  );
}
