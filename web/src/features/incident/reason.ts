/** The reason for a suggestion in one sentence, worded from its facts. */
import type { TFunction } from "i18next";

import type { Incident } from "../../api/types";
import { formatDuration, formatLimit } from "../../time/format";

const OBJECTS = ["car", "van", "truck", "bus", "motorcycle", "bicycle"] as const;

type Reasoned = Pick<Incident, "kind" | "zone" | "facts" | "at_least" | "ended_at"> & Partial<Pick<Incident, "type">>;

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

function presentKey(incident: Reasoned) {
  if (incident.ended_at === null) {
    return incident.at_least ? "reason.present.isAtLeast" : "reason.present.is";
  }
  return incident.at_least ? "reason.present.wasAtLeast" : "reason.present.was";
}

function loiteringKey(incident: Reasoned) {
  if (incident.ended_at === null) {
    return incident.at_least ? "reason.loitering.stayAtLeast" : "reason.loitering.stay";
  }
  return incident.at_least ? "reason.loitering.stayedAtLeast" : "reason.loitering.stayed";
}

/** The type of an incident entered by hand, in the language of the page. */
export function typeName(t: TFunction, type: NonNullable<Incident["type"]>): string {
  return t("entry.language") === "nl" ? type.nl : type.en;
}

export function reasonOf(t: TFunction, incident: Reasoned): string {
  if (incident.type) {
    const kind = typeName(t, incident.type);
    return incident.zone === "" ? kind : t("reason.other", { kind, zone: incident.zone });
  }
  const { dwell_s: dwell, limit_s: limit, people_max: people, mode, object, outside_hours: outside } = incident.facts;
  if (incident.kind === "loitering" && typeof dwell === "number" && typeof people === "number") {
    return t(loiteringKey(incident), {
      count: people,
      dwell: formatDuration(t, dwell),
      limit: formatLimit(t, Number(limit)),
      zone: incident.zone,
    });
  }
  if (incident.kind === "fight" && typeof people === "number") {
    return t(people > 1 ? "reason.fight.several" : "reason.fight.one", { count: people, zone: incident.zone });
  }
  if (incident.kind !== "parking" || typeof dwell !== "number" || typeof limit !== "number") {
    return t("reason.other", { kind: t(`kind.${incident.kind}`), zone: incident.zone });
  }
  const why = t(mode === "present" ? presentKey(incident) : parkingKey(incident), {
    object: t(`object.${objectOf(object)}`),
    dwell: formatDuration(t, dwell),
    limit: formatLimit(t, limit),
    zone: incident.zone,
  });
  return capitalised(outside === true ? t("reason.outsideHours", { why }) : why);
}
