/** A clip as a strip: what is labelled, what was alarmed, and what went wrong. */
import type { ClipRecord } from "../../api/types";

type EventRecord = ClipRecord["events"][number];
type AlarmRecord = ClipRecord["alarms"][number];

export type Fate = "found" | "missed" | "neutral";

/** An event on which no alarm had to come, or that labels leave open, counts neither way. */
export function fateOf(event: Pick<EventRecord, "found">): Fate {
  if (event.found === null) return "neutral";
  return event.found ? "found" : "missed";
}

export function isFalse({ outcome }: Pick<AlarmRecord, "outcome">): boolean {
  return outcome === "false" || outcome === "duplicate";
}

export interface Faults {
  missed: readonly EventRecord[];
  wrong: readonly AlarmRecord[];
}

export function faultsOf({ events, alarms }: Pick<ClipRecord, "events" | "alarms">): Faults {
  return { missed: events.filter((event) => fateOf(event) === "missed"), wrong: alarms.filter(isFalse) };
}

export function hasFaults(clip: Pick<ClipRecord, "events" | "alarms">): boolean {
  const { missed, wrong } = faultsOf(clip);
  return missed.length + wrong.length > 0;
}

/** Where a moment lies on a strip of `width`; what lies outside of the clip is at its edge. */
export function placeOf(atS: number, durationS: number, width: number): number {
  if (durationS <= 0) return 0;
  return (Math.min(Math.max(atS, 0), durationS) / durationS) * width;
}
