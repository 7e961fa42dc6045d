import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "../../i18n/en.json";
import nl from "../../i18n/nl.json";
import { tellDetails, tellDone } from "./historyWords";
import { reasonOf } from "./reason";

let dutch: TFunction;
let english: TFunction;

beforeAll(async () => {
  const resources = { nl: { translation: nl }, en: { translation: en } };
  await i18next.init({ lng: "nl", resources, interpolation: { escapeValue: false } });
  dutch = i18next.getFixedT("nl");
  english = i18next.getFixedT("en");
});

const parking = {
  kind: "parking" as const,
  zone: "square",
  at_least: true,
  ended_at: null,
  facts: { object: "bus", dwell_s: 64.7, limit_s: 60 },
};

describe("the reason", () => {
  it("says what stands where, how long, and against which limit", () => {
    expect(reasonOf(dutch, parking)).toBe("Bus staat minstens 64 s in 'square', grens 60 s");
    expect(reasonOf(english, parking)).toBe("Bus standing at least 64 s in 'square', limit 60 s");
  });

  it("says 'at least' only when we did not see it begin", () => {
    expect(reasonOf(dutch, { ...parking, at_least: false })).toBe("Bus staat 64 s in 'square', grens 60 s");
  });

  it("says that it stands there outside the hours, where there are hours", () => {
    const outside = { ...parking, at_least: false, facts: { ...parking.facts, outside_hours: true } };
    expect(reasonOf(dutch, outside)).toBe("Bus staat 64 s in 'square', grens 60 s, buiten de toegestane tijden");
    expect(reasonOf(english, outside)).toBe("Bus standing 64 s in 'square', limit 60 s, outside the permitted hours");
  });

  it("counts the people of a group", () => {
    const facts = { people_max: 4, dwell_s: 310, limit_s: 300 };
    const group = { kind: "loitering" as const, zone: "square", at_least: true, ended_at: null, facts };
    expect(reasonOf(dutch, group)).toBe("4 mensen staan minstens 5 min 10 s bij elkaar in 'square', grens 5 min");
    const one = { ...group, at_least: false, facts: { ...facts, people_max: 1 } };
    expect(reasonOf(english, one)).toBe("1 person in 'square' for 5 min 10 s, limit 5 min");
  });

  it("speaks of the past when it is over", () => {
    const over = { ...parking, ended_at: "2025-05-01T10:00:00Z" };
    expect(reasonOf(dutch, over)).toBe("Bus stond minstens 64 s in 'square', grens 60 s");
    expect(reasonOf(english, { ...over, at_least: false })).toBe("Bus stood 64 s in 'square', limit 60 s");
  });

  it("does not claim to tell a van from a truck, nor to know what it does not know", () => {
    const facts = { ...parking.facts, dwell_s: 754, limit_s: 300 };
    expect(reasonOf(dutch, { ...parking, facts: { ...facts, object: "truck" } })).toBe(
      "Bestel- of vrachtwagen staat minstens 12 min 34 s in 'square', grens 5 min",
    );
    expect(reasonOf(english, { ...parking, facts: { ...facts, object: "tram" } })).toContain("Vehicle standing");
  });

  it("says of a vehicle in a closed street that it is there, whether it moves or not", () => {
    const present = { ...parking, facts: { mode: "present", object: "car", dwell_s: 12.4, limit_s: 2 }, at_least: false };
    expect(reasonOf(dutch, present)).toBe("Auto in 'square' terwijl die gesloten is, al 12 s");
    expect(reasonOf(english, { ...present, ended_at: "2025-05-01T10:00:00Z", at_least: true })).toBe(
      "Car was in 'square' while it was closed, at least 12 s",
    );
  });

  it("says of a fight that it looks like one, and how many are close", () => {
    const fight = { ...parking, kind: "fight" as const, facts: { people_max: 3 } };
    expect(reasonOf(english, fight)).toBe("Looks like a fight in 'square', 3 people close");
    expect(reasonOf(dutch, { ...fight, facts: { people_max: 1 } })).toBe("Lijkt op een vechtpartij in 'square'");
  });

  it("stays with kind and zone when the facts do not carry a sentence", () => {
    expect(reasonOf(dutch, { ...parking, facts: {} })).toBe("Parkeren in 'square'");
    expect(reasonOf(english, { ...parking, kind: "fight" })).toBe("Fight in 'square'");
  });
});

describe("a line of the history", () => {
  it("words the deed and its details", () => {
    const line = { command: "reject", details: { version: 3, reason: "exempt", note: "permit" } };
    expect(tellDone(dutch, line) + tellDetails(dutch, line)).toBe("wees af: Toegestaan of ontheffing, “permit”");
    expect(tellDetails(english, { details: { version: 2 } })).toBe("");
  });

  it("shows what it has no words for as it came", () => {
    expect(tellDone(dutch, { command: "archive" })).toBe("archive");
    expect(tellDetails(english, { details: { recipient: "harbour", priority: "P2" } })).toBe(": harbour, P2");
  });
});
