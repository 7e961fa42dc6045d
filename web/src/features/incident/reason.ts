/** The reason for a suggestion in one sentence, worded from its facts. */
import type { TFunction } from "i18next";

import type { Incident } from "../../api/types";
import { formatDuration, formatLimit } from "../../time/format";

const OBJECTS = ["car", "van", "truck", "bus", "motorcycle", "bicycle"] as const;

type Reasoned = Pick<Incident, "kind" | "zone" | "facts" | "at_least" | "ended_at">;

function objectOf(fact: unknown): (typeof OBJECTS)[number] | "vehicle" {
  return OBJECTS.find((known) => known === fact) ?? "vehicle";
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function parkingKey(incident: Reasoned) {
  if (incident.ended_at === null) {
    return incident.at_least ? "reason.parking.standsAtLeast" : "reason.parking.stands";
  }
  return incident.at_least ? "reason.parking.stoodAtLeast" : "reason.parking.stood";
}

export function reasonOf(t: TFunction, incident: Reasoned): string {
  const { dwell_s: dwell, limit_s: limit, object } = incident.facts;
  if (incident.kind !== "parking" || typeof dwell !== "number" || typeof limit !== "number") {
    return t("reason.other", { kind: t(`kind.${incident.kind}`), zone: incident.zone });
  }
  return capitalised(
    t(parkingKey(incident), {
      object: t(`object.${objectOf(object)}`),
      dwell: formatDuration(t, dwell),
      limit: formatLimit(t, limit),
      zone: incident.zone,
    }),
  );
}
