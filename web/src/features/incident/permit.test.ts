import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "../../i18n/en.json";
import nl from "../../i18n/nl.json";
import { permitOf } from "./permit";

let dutch: TFunction;
let english: TFunction;

beforeAll(async () => {
  const resources = { nl: { translation: nl }, en: { translation: en } };
  await i18next.init({ lng: "nl", resources, interpolation: { escapeValue: false } });
  dutch = i18next.getFixedT("nl");
  english = i18next.getFixedT("en");
});

const atMs = Date.parse("2026-03-12T08:00:00Z");
const moving = {
  ended_at: null,
  facts: { permit: "removal van", permit_until: "2026-03-12T11:00:00+00:00" },
};

describe("a permit", () => {
  it("is told with its end, in the time of Almere", () => {
    expect(permitOf(dutch, "nl", moving, atMs)).toContain("removal van, tot 12:00");
    expect(permitOf(english, "en", moving, atMs)).toContain("removal van, until 12:00");
  });

  it("says that it ran out while the vehicle stayed", () => {
    const lateMs = Date.parse("2026-03-12T11:00:01Z");
    expect(permitOf(dutch, "nl", moving, lateMs)).toContain("verlopen om 12:00");
    expect(permitOf(english, "en", { ...moving, ended_at: "2026-03-12T11:30:00Z" }, lateMs)).toContain("ran out at 12:00");
  });

  it("did not run out for a vehicle that left in time, however late one looks", () => {
    const gone = { ...moving, ended_at: "2026-03-12T10:00:00Z" };
    expect(permitOf(english, "en", gone, Date.parse("2026-03-12T20:00:00Z"))).toContain("until 12:00");
  });

  it("is nothing where the facts hold none, or none that can be read", () => {
    expect(permitOf(english, "en", { ended_at: null, facts: {} }, atMs)).toBeNull();
    expect(permitOf(english, "en", { ended_at: null, facts: { permit: "x", permit_until: "soon" } }, atMs)).toBeNull();
  });
});
