import { useTranslation } from "react-i18next";

import type { Camera, CameraLoad, MapCamera, SiteMap } from "../../api/types";
import { conePath, linePath, middleOf, viewBoxOf } from "./geometry";
import { MARK_RADIUS, NAME_OFF, placeLabels, withRoom, type Side } from "./labels";
import classes from "./Map.module.css";

interface SiteMapViewProps {
  map: SiteMap;
  states: ReadonlyMap<string, Camera>;
  loads: ReadonlyMap<string, CameraLoad>;
  zoom: number;
  chosen: string | null;
  onChoose: (camera: string) => void;
  onOpen: (camera: string) => void;
}

/** Sizes on the sheet follow how much of it is shown, so that letters stay letters. */
const SHOWN_PER_LETTER = 55;

/**
 * The sheet with streets, squares and cameras. For eyes and mouse: the list beside it says and does the same for keys and
 * screen readers.
 */
export function SiteMapView({ map, states, loads, zoom, chosen, onChoose, onOpen }: SiteMapViewProps) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "nl";
  // A place that is called like its camera would be written twice.
  const marked = new Set([...states.values()].map(({ name }) => name));
  const centre = map.cameras.find(({ id }) => id === chosen)?.at ?? null;
  const letterM = Math.max(map.width_m, map.height_m * 1.6) / zoom / SHOWN_PER_LETTER;
  const nameOf = (id: string) => states.get(id)?.name ?? id;
  const chosenFirst = [...map.cameras].sort((a, b) => Number(b.id === chosen) - Number(a.id === chosen));
  const sides = placeLabels(
    chosenFirst.map(({ id, at }) => ({ id, at, text: nameOf(id) })),
    letterM,
  );
  const places = [
    ...map.areas.map(({ name, corners }) => ({ text: name?.[language] ?? "", at: middleOf(corners) })),
    ...map.streets.map(({ name, line }) => ({ text: name?.[language] ?? "", at: middleOf(line) })),
  ];
  const names = withRoom(
    places.filter(({ text }) => text !== "" && !marked.has(text)),
    letterM,
  );
  return (
    <svg
      className={classes.sheet}
      viewBox={viewBoxOf(map, zoom, centre)}
      role="img"
      aria-label={t("map.label", { count: map.cameras.length })}
      fontSize={letterM}
      data-testid="site-map"
    >
      {map.areas.map((area, index) => (
        <path key={index} className={classes.area} d={`${linePath(area.corners)} Z`} />
      ))}
      {map.streets.map((street, index) => (
        <path key={index} className={classes.street} d={linePath(street.line)} strokeWidth={street.width_m} />
      ))}
      {names.map(({ text, at }, index) => (
        <Name key={index} at={at} name={text} />
      ))}
      {map.cameras.map(
        ({ id, at, cone }) =>
          cone && <path key={id} className={classes.cone} d={conePath(at, cone)} data-chosen={id === chosen} />,
      )}
      {map.cameras.map((camera) => (
        <Mark
          key={camera.id}
          camera={camera}
          name={nameOf(camera.id)}
          side={sides.get(camera.id) ?? null}
          state={states.get(camera.id)}
          load={loads.get(camera.id)}
          letterM={letterM}
          chosen={camera.id === chosen}
          onChoose={onChoose}
          onOpen={onOpen}
        />
      ))}
    </svg>
  );
}

function Name({ at: { x_m: x, y_m: y }, name }: { at: MapCamera["at"]; name: string }) {
  return (
    <text className={classes.name} x={x} y={y}>
      {name}
    </text>
  );
}

interface MarkProps {
  camera: MapCamera;
  name: string;
  /** Where its name stands; null where there is no room for it until the mouse is on the mark. */
  side: Side | null;
  state: Camera | undefined;
  load: CameraLoad | undefined;
  letterM: number;
  chosen: boolean;
  onChoose: (camera: string) => void;
  onOpen: (camera: string) => void;
}

/** A camera: round while it watches, a square where nothing is being watched; beside it how much waits. */
function Mark({ camera, name, side, state, load, letterM, chosen, onChoose, onOpen }: MarkProps) {
  const { x_m: x, y_m: y } = camera.at;
  const watches = state?.state === "online" && state.not_watching === null;
  const tone = watches ? "watching" : state?.state === "online" ? "blind" : (state?.state ?? "offline");
  const r = MARK_RADIUS * letterM;
  return (
    <g
      className={classes.mark}
      onClick={() => onChoose(camera.id)}
      onDoubleClick={() => onOpen(camera.id)}
      data-testid="map-camera"
      data-camera={camera.id}
      data-tone={tone}
      data-chosen={chosen}
    >
      {watches ? <circle cx={x} cy={y} r={r} /> : <rect x={x - r} y={y - r} width={2 * r} height={2 * r} />}
      <text x={x} y={y + (side === "above" ? -NAME_OFF : NAME_OFF) * letterM} dy="0.35em" data-hidden={side === null}>
        {name}
      </text>
      {load !== undefined && (
        <g className={classes.load} data-priority={load.priority ?? "none"}>
          <circle cx={x + 1.3 * r} cy={y - 1.3 * r} r={r} />
          <text x={x + 1.3 * r} y={y - 1.3 * r + letterM * 0.35}>
            {load.open > 99 ? "99+" : load.open}
          </text>
        </g>
      )}
    </g>
  );
}
