/** The list in lanes: P1 above P2 above P3 above what has no priority. */
import type { Priority } from "../../api/types";

export const LANES = ["P1", "P2", "P3", "none"] as const;
export type LaneName = (typeof LANES)[number];

export interface LaneOfList {
  name: LaneName;
  ids: readonly string[];
}

/**
 * Cuts a list that is sorted by priority. One that is held still may have a card that became more urgent meanwhile: it
 * stays in the lane where it stands. `priorityOf` gives undefined for a card that the list does not name any more.
 */
export function lanesOf(
  ids: readonly string[],
  priorityOf: (id: string) => Priority | null | undefined,
): readonly LaneOfList[] {
  const lanes: { name: LaneName; ids: string[] }[] = [];
  for (const id of ids) {
    const priority = priorityOf(id);
    const last = lanes.at(-1);
    const name = priority === undefined ? (last?.name ?? "none") : (priority ?? "none");
    if (last === undefined || LANES.indexOf(name) > LANES.indexOf(last.name)) lanes.push({ name, ids: [id] });
    else last.ids.push(id);
  }
  return lanes;
}
