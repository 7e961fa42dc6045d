/** The steps that were taken for an incident, oldest first. */
import type { Incident } from "../../api/types";

type StepName =
  | "received"
  | "looked"
  | "claimed"
  | "decided"
  | "escalated"
  | "acknowledged"
  | "on_scene"
  | "resolved"
  | "no_capacity";

export interface TakenStep {
  step: StepName;
  /** ISO 8601. */
  at: string;
  /** Seconds since what it waited for: its arrival, or for the recipient the moment at which they were told. */
  afterS: number | null;
}

type Timed = Pick<Incident, "received_at" | "decided_at" | "clocks" | "state">;

export function stepsOf({ received_at: receivedAt, decided_at: decidedAt, clocks, state }: Timed): TakenStep[] {
  const told = clocks.escalated_at;
  const closed = state === "no_capacity" ? "no_capacity" : "resolved";
  const taken: readonly (readonly [StepName, string | null, string | null])[] = [
    ["received", receivedAt, null],
    ["looked", clocks.looked_at, receivedAt],
    ["claimed", clocks.claimed_at, receivedAt],
    // Who escalates at once decides by it: one line for one deed.
    ["decided", decidedAt === told ? null : decidedAt, receivedAt],
    ["escalated", told, receivedAt],
    ["acknowledged", clocks.acknowledged_at, told],
    ["on_scene", clocks.on_scene_at, told],
    [closed, clocks.closed_at, told],
  ];
  return taken.flatMap(([step, at, since]) =>
    at === null ? [] : [{ step, at, afterS: since === null ? null : (Date.parse(at) - Date.parse(since)) / 1000 }],
  );
}
