import type { Lane } from "../../api/types";
import type { Urgent } from "./sound";

/** When the newest that is open came, by lane, in milliseconds; 0 where there was none. */
export type Heard = Record<Urgent, number>;

const URGENT: readonly Urgent[] = ["P1", "P2"];

/** What was known before, with what is new in it. */
export function heardOf(lanes: readonly Lane[], before: Heard = { P1: 0, P2: 0 }): Heard {
  const newest = (name: Urgent) => Date.parse(lanes.find(({ priority }) => priority === name)?.newest_at ?? "");
  const later = (name: Urgent) => Math.max(before[name], newest(name) || 0);
  return { P1: later("P1"), P2: later("P2") };
}

/** The most urgent lane with something newer than before; null where there is none. */
export function newUrgent(before: Heard, now: Heard): Urgent | null {
  return URGENT.find((name) => now[name] > before[name]) ?? null;
}
