/** The tables of a site as JSON (zones/schema/priorities.schema.json and protocol.schema.json). */
import type { Priority, Recipient } from "../../api/types";
import type { Window } from "../zones/document";

export type TableName = "priorities" | "protocol";
export const TABLES: readonly TableName[] = ["priorities", "protocol"];

type OneOrMore<Value> = Value | Value[];

/** What rows of both tables choose by. */
export interface Choice {
  kind?: OneOrMore<string>;
  camera?: OneOrMore<string>;
  zone?: OneOrMore<string>;
  when?: Window[];
}

export const BANDS = ["possible", "likely", "very_likely"] as const;
export type BandName = (typeof BANDS)[number];

export interface PriorityRow extends Choice {
  dwell_at_least_s?: number;
  band_at_least?: BandName | "unlikely";
  priority: Priority;
}

export interface Priorities {
  bands?: Partial<Record<BandName, number>>;
  rows: PriorityRow[];
}

export interface Route extends Choice {
  priority?: OneOrMore<Priority>;
  to: OneOrMore<Recipient>;
}

export const STEPS = ["claim_s", "decide_s", "acknowledge_s", "arrive_s", "expire_s"] as const;
export type Step = (typeof STEPS)[number];

export interface Protocol {
  recipients?: Partial<Record<Recipient, { on_duty?: Window[] }>>;
  routes?: Route[] | null;
  deadlines?: Partial<Record<Priority, Partial<Record<Step, number | null>>>>;
  alert_budget?: { per_observer_hour: number; hold?: OneOrMore<Priority> } | null;
}

export type Table = Priorities | Protocol;

export const PRIORITIES: readonly Priority[] = ["P1", "P2", "P3"];
export const RECIPIENTS: readonly Recipient[] = ["control_room", "police", "enforcement", "city_wardens"];

/** What may be written alone as a list; `any`, null and what is left out choose nothing, which is all. */
export function listOf<Value extends string>(value: OneOrMore<Value> | null | undefined): Value[] {
  if (value === undefined || value === null || value === "any") return [];
  return Array.isArray(value) ? value : [value];
}

/** The list with an entry one place up or down; at the ends it stays. */
export function moved<Row>(rows: readonly Row[], at: number, by: 1 | -1): Row[] {
  const to = at + by;
  const [row, other] = [rows[at], rows[to]];
  if (row === undefined || other === undefined) return [...rows];
  return rows.map((one, index) => (index === at ? other : index === to ? row : one));
}

/** Row of a fault in a table, counted from 1; null where it is about none. */
export function rowOf(where: readonly (string | number)[]): number | null {
  return (where[0] === "rows" || where[0] === "routes") && typeof where[1] === "number" ? where[1] + 1 : null;
}
