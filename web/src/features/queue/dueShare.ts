import type { Incident } from "../../api/types";

type Waiting = Pick<Incident, "due" | "received_at" | "clocks">;

/** How much of the time for the next step has passed, 0..1; above 1 it is late. Null where nothing is due. */
export function dueShare({ due, received_at: receivedAt, clocks }: Waiting, nowMs: number): number | null {
  if (due === null) return null;
  const beganMs = Date.parse(clocks.escalated_at ?? receivedAt);
  const lengthMs = Date.parse(due.at) - beganMs;
  return lengthMs <= 0 ? 1 : Math.max(0, (nowMs - beganMs) / lengthMs);
}
