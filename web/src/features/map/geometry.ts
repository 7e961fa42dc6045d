/** Shapes of the map, in metres: x to the east, y to the south. */
import type { MapCamera, SiteMap } from "../../api/types";

type Cone = NonNullable<MapCamera["cone"]>;
type Metres = MapCamera["at"];

const FULL_DEG = 359.9;

function onCircle({ x_m: x, y_m: y }: Metres, headingDeg: number, radiusM: number): string {
  const angle = (headingDeg * Math.PI) / 180;
  return `${(x + radiusM * Math.sin(angle)).toFixed(1)} ${(y - radiusM * Math.cos(angle)).toFixed(1)}`;
}

/** The view of a camera as an SVG path: a slice, or a circle where it looks all around. */
export function conePath(at: Metres, { heading_deg: heading, view_deg: view, reach_m: reach }: Cone): string {
  const width = Math.min(view, FULL_DEG);
  const [from, to] = [heading - width / 2, heading + width / 2];
  const large = width > 180 ? 1 : 0;
  return `M ${at.x_m} ${at.y_m} L ${onCircle(at, from, reach)} A ${reach} ${reach} 0 ${large} 1 ${onCircle(at, to, reach)} Z`;
}

export function linePath(points: readonly Metres[]): string {
  return points.map(({ x_m: x, y_m: y }, index) => `${index === 0 ? "M" : "L"} ${x} ${y}`).join(" ");
}

/** Middle of a line or polygon, for its name. */
export function middleOf(points: readonly Metres[]): Metres {
  const mean = (axis: "x_m" | "y_m") => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return { x_m: mean("x_m"), y_m: mean("y_m") };
}

export const ZOOMS = [1, 1.5, 2.5, 4] as const;

/** What the sheet shows: all of it, or the part around `centre`, never beyond its edge. */
export function viewBoxOf({ width_m: width, height_m: height }: SiteMap, zoom: number, centre: Metres | null): string {
  const [w, h] = [width / zoom, height / zoom];
  const { x_m: cx, y_m: cy } = centre ?? { x_m: width / 2, y_m: height / 2 };
  const within = (from: number, size: number, whole: number) => Math.min(Math.max(from, 0), whole - size);
  return [within(cx - w / 2, w, width), within(cy - h / 2, h, height), w, h].map((one) => one.toFixed(1)).join(" ");
}
