/** Which part of the picture is shown. */
import type { Point } from "./document";

/** `x` and `y` are the middle, in fractions of the picture; at scale 1 all of it is shown. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0.5, y: 0.5 };
const CLOSEST = 16;

/** The view with its middle moved so that nothing beside the picture is shown. */
export function held({ scale, x, y }: View): View {
  const half = 0.5 / scale;
  const hold = (value: number) => Math.min(Math.max(value, half), 1 - half);
  return { scale, x: hold(x), y: hold(y) };
}

/** Closer or farther around a point, which stays where it is on the screen. */
export function zoomed(view: View, factor: number, around: Point): View {
  const scale = Math.min(Math.max(view.scale * factor, 1), CLOSEST);
  const kept = view.scale / scale;
  return held({ scale, x: around[0] + (view.x - around[0]) * kept, y: around[1] + (view.y - around[1]) * kept });
}

/** A point of the screen (fractions of what is shown) on the picture. */
export function inView({ scale, x, y }: View, [across, down]: Point): Point {
  return [x + (across - 0.5) / scale, y + (down - 0.5) / scale];
}
