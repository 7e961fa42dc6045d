import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import nl from "../../i18n/nl.json";
import { tellFigure, tellValue } from "./figures";
import { faultsOf, fateOf, placeOf } from "./strip";

const t = i18next.t;

beforeAll(async () => {
  await i18next.init({ lng: "nl", resources: { nl: { translation: nl } }, interpolation: { escapeValue: false } });
});

describe("figures", () => {
  it("have words where there are words", () => {
    expect(tellFigure(t, "parking.median_delay_s")).toBe("Parkeren: mediane vertraging (s)");
    expect(tellFigure(t, "all.f1")).toBe("Alle soorten: F1");
    expect(tellFigure(t, "tracking.hota_5fps")).toBe("tracking.hota_5fps");
  });

  it("have an interval only where there is one", () => {
    expect(tellValue(t, "nl", 0.81234)).toBe("0,812");
    expect(tellValue(t, "nl", 0.8, { low: 0.7, high: 0.9 })).toBe("0,8 (0,7 tot 0,9)");
    expect(tellValue(t, "nl", 0.8, { low: null, high: null })).toBe("0,8");
    expect(tellValue(t, "nl", null)).toBe("–");
  });
});

describe("strips", () => {
  const event = { kind: "parking", zone: "a", start_s: 1, end_s: 9, due_s: 5, standing: "due", because: "" } as const;
  const alarm = { kind: "parking", zone: "a", start_s: 1, alarm_s: 4, end_s: null, score: 1, box: [0, 0, 1, 1] as [number, number, number, number], people: 0, because: "" } as const;
  const rest = { alarm_s: null, reason: null, strip: null };

  it("tell misses, false alarms and what counts neither way apart", () => {
    const events = [true, false, null].map((found) => ({ ...event, ...rest, found }));
    const alarms = (["true", "false", "duplicate", "ignored"] as const).map((outcome) => ({ ...alarm, outcome, event: null, reason: null, strip: null }));
    expect(events.map(fateOf)).toEqual(["found", "missed", "neutral"]);
    const faults = faultsOf({ events, alarms });
    expect(faults.missed).toHaveLength(1);
    expect(faults.wrong.map((one) => one.outcome)).toEqual(["false", "duplicate"]);
  });

  it("keep what lies outside of the clip at its edge", () => {
    expect(placeOf(30, 60, 1000)).toBe(500);
    expect(placeOf(-5, 60, 1000)).toBe(0);
    expect(placeOf(70, 60, 1000)).toBe(1000);
    expect(placeOf(1, 0, 1000)).toBe(0);
  });
});
