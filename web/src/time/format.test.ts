import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "../i18n/en.json";
import nl from "../i18n/nl.json";
import { formatAge, formatClock, formatDuration, formatMoment, isoOf } from "./format";

let dutch: TFunction;
let english: TFunction;

beforeAll(async () => {
  await i18next.init({ lng: "nl", resources: { nl: { translation: nl }, en: { translation: en } } });
  dutch = i18next.getFixedT("nl");
  english = i18next.getFixedT("en");
});

describe("durations and ages", () => {
  it.each([
    [0, "0 s"],
    [119.9, "119 s"],
    [120, "2 min 0 s"],
    [3599, "59 min 59 s"],
    [3600, "1 u 0 min"],
    [90_000, "1 d 1 u"],
  ])("%d seconds read as %s", (seconds, told) => {
    expect(formatDuration(dutch, seconds)).toBe(told);
  });

  it("grow with the clock, and never go below zero", () => {
    const raised = "2025-05-01T10:00:00Z";
    const at = Date.parse(raised);
    expect(formatAge(english, raised, at + 61_000)).toBe("61 s");
    expect(formatAge(english, raised, at + 3_700_000)).toBe("1 h 1 min");
    expect(formatAge(english, raised, at - 5000)).toBe("0 s");
  });
});

describe("times", () => {
  it("are those of Amsterdam, in summer and in winter, with seconds", () => {
    expect(formatClock("nl", Date.parse("2025-07-01T10:00:05Z"))).toBe("12:00:05");
    expect(formatClock("en", Date.parse("2025-01-01T23:00:05Z"))).toBe("00:00:05");
  });

  it("name the day when it is another one there", () => {
    const now = Date.parse("2025-07-01T22:30:00Z");
    expect(formatMoment("nl", "2025-07-01T22:10:00Z", now)).toBe("00:10:00");
    expect(formatMoment("nl", "2025-07-01T21:10:00Z", now)).toMatch(/^di 1 jul\.? 23:10:00$/);
    expect(formatMoment("en", "2025-07-01T21:10:00Z", now)).toMatch(/^Tue,? 1 Jul 23:10:00$/);
  });
});

describe("a time of a form", () => {
  it.each([
    ["2026-07-01T12:00", "2026-07-01T10:00:00.000Z"],
    ["2026-01-01T00:30", "2025-12-31T23:30:00.000Z"],
    ["2026-03-29T01:59", "2026-03-29T00:59:00.000Z"], // a minute before the clocks go forward
    ["2026-03-29T03:00", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25T04:00", "2026-10-25T03:00:00.000Z"],
  ])("%s at the cameras is %s", (wallClock, iso) => {
    expect(isoOf(wallClock)).toBe(iso);
  });

  it("is none where nothing, or nonsense, was typed", () => {
    expect(isoOf("")).toBeNull();
    expect(isoOf("tomorrow")).toBeNull();
  });
});
