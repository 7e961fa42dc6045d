/** Where the names on the map go, so that none is written over another. */
import type { MapCamera } from "../../api/types";

export interface Label {
  id: string;
  at: MapCamera["at"];
  text: string;
}

export type Side = "below" | "above";

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Of a letter, in letters: about right for names, in which narrow letters and wide ones take turns. */
const LETTER_WIDTH = 0.6;

/** In letters. */
export const MARK_RADIUS = 0.75;

/** From the middle of a mark to the middle of its name, in letters. */
export const NAME_OFF = 1.45;

/**
 * The side of its mark on which each name stands; null for one that finds room on neither. Earlier ones go first.
 * `letterM` is the height of a letter in metres on the sheet.
 */
export function placeLabels(labels: readonly Label[], letterM: number): ReadonlyMap<string, Side | null> {
  const markM = MARK_RADIUS * letterM;
  const taken = labels.map(({ at }) => boxAround(at.x_m, at.y_m, markM, markM));
  const sides = new Map<string, Side | null>();
  for (const { id, at, text } of labels) {
    const boxOn = (side: Side) =>
      boxAround(
        at.x_m,
        at.y_m + (side === "below" ? NAME_OFF : -NAME_OFF) * letterM,
        (text.length * LETTER_WIDTH * letterM) / 2,
        letterM / 2,
      );
    const free = (box: Box) => !taken.some((other) => overlap(box, other));
    const side = (["below", "above"] as const).find((one) => free(boxOn(one))) ?? null;
    if (side !== null) taken.push(boxOn(side));
    sides.set(id, side);
  }
  return sides;
}

/** Those names of squares and streets, as they stand, that are written over no earlier one. */
export function withRoom<Name extends Pick<Label, "at" | "text">>(names: readonly Name[], letterM: number): readonly Name[] {
  const taken: Box[] = [];
  return names.filter(({ at, text }) => {
    const box = boxAround(at.x_m, at.y_m, (text.length * LETTER_WIDTH * letterM) / 2, letterM / 2);
    if (taken.some((other) => overlap(box, other))) return false;
    taken.push(box);
    return true;
  });
}

function boxAround(x: number, y: number, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
