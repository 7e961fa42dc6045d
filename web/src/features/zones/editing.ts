/** What the keys do to the zones of a preset. */
import type { PageAction } from "../pages/pageKeys";
import { freeName, FRESH, type Point, type Preset } from "./document";
import { freshOutline, moveAll, movePoint, removePoint, splitEdge } from "./geometry";
import type { View } from "./view";

export interface Place {
  zone: number;
  /** A corner of that zone, or of the measured stretch; null is the zone as a whole. */
  point: number | null;
}

export interface Edited extends Place {
  preset: Preset;
  /** Steps of the same sort in a row are one to undo. */
  sort?: string;
}

const STEPS: Partial<Record<PageAction, Point>> = {
  moveLeft: [-1, 0],
  moveRight: [1, 0],
  moveUp: [0, -1],
  moveDown: [0, 1],
};
/** Of what is shown: the closer one looks, the finer one moves. */
const STEP = 0.01;

function withPolygon(preset: Preset, zone: number, polygon: Point[]): Preset {
  return { ...preset, zones: preset.zones.map((one, index) => (index === zone ? { ...one, polygon } : one)) };
}

/** The corner after or before the chosen one, round and round; the first when none was chosen. */
export function stepPoint(point: number | null, step: 1 | -1, count: number): number | null {
  if (count === 0) return null;
  return point === null ? 0 : (point + step + count) % count;
}

/** The preset after a key, and what is chosen then; null where the key means nothing here. */
export function edit(preset: Preset, { zone, point }: Place, action: PageAction, view: View): Edited | null {
  const chosen = preset.zones[zone];
  switch (action) {
    case "addZone":
      return addZone(preset, view);
    case "removeZone":
      // A preset without zones watches nothing and is no preset.
      if (chosen === undefined || preset.zones.length === 1) return null;
      return { preset: { ...preset, zones: preset.zones.filter((one) => one !== chosen) }, zone: Math.max(0, zone - 1), point: null };
    case "addCorner": {
      if (chosen === undefined) return null;
      const [polygon, at] = splitEdge(chosen.polygon, point ?? 0);
      return { preset: withPolygon(preset, zone, polygon), zone, point: at };
    }
    case "removeCorner": {
      if (chosen === undefined || point === null) return null;
      const polygon = removePoint(chosen.polygon, point);
      return { preset: withPolygon(preset, zone, polygon), zone, point: Math.min(point, polygon.length - 1) };
    }
    case "moveLeft":
    case "moveRight":
    case "moveUp":
    case "moveDown": {
      const step = STEPS[action];
      if (chosen === undefined || step === undefined) return null;
      const [dx, dy] = [(step[0] * STEP) / view.scale, (step[1] * STEP) / view.scale];
      const corner = point === null ? undefined : chosen.polygon[point];
      const polygon =
        corner === undefined || point === null
          ? moveAll(chosen.polygon, dx, dy)
          : movePoint(chosen.polygon, point, [corner[0] + dx, corner[1] + dy]);
      return { preset: withPolygon(preset, zone, polygon), zone, point, sort: `keys-${String(zone)}-${String(point)}` };
    }
    default:
      return null;
  }
}

function addZone(preset: Preset, view: View): Edited {
  const added = {
    id: freeName(preset.zones),
    polygon: freshOutline([view.x, view.y], 0.3 / view.scale),
    rules: { parking: FRESH.parking },
  };
  return { preset: { ...preset, zones: [...preset.zones, added] }, zone: preset.zones.length, point: null };
}

/** The measured points moved by a key; null where the key moves nothing or no point is chosen. */
export function editGround(preset: Preset, point: number | null, action: PageAction, view: View): Preset | null {
  const step = STEPS[action];
  const points = preset.ground_plane;
  if (step === undefined || points === undefined || point === null) return null;
  const moved = points.map((one, index) => {
    if (index !== point) return one;
    const [to] = movePoint([one.picture], 0, [
      one.picture[0] + (step[0] * STEP) / view.scale,
      one.picture[1] + (step[1] * STEP) / view.scale,
    ]);
    return { ...one, picture: to ?? one.picture };
  });
  return { ...preset, ground_plane: moved };
}
