/** The permit under which a vehicle may be where it is: shown, so that a person can judge. */
import type { TFunction } from "i18next";

import type { Incident } from "../../api/types";
import { formatMoment } from "../../time/format";

/** "removal van, until 12:00", or null where no permit is known; one that ended before the vehicle left says so. */
export function permitOf(
  t: TFunction,
  language: string,
  incident: Pick<Incident, "facts" | "ended_at">,
  nowMs: number,
): string | null {
  const { permit, permit_until: until } = incident.facts;
  if (typeof permit !== "string" || typeof until !== "string" || Number.isNaN(Date.parse(until))) return null;
  const lastMs = incident.ended_at === null ? nowMs : Date.parse(incident.ended_at);
  const key = Date.parse(until) <= lastMs ? "permit.ranOut" : "permit.until";
  return t(key, { what: permit, until: formatMoment(language, until, nowMs) });
}
