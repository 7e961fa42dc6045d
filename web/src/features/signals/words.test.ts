import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import nl from "../../i18n/nl.json";
import { tellChance, tellTimes, tellTopic } from "./words";

const t = i18next.t;
const NOWHERE = { about: "kind", kind: "parking", camera: null, zone: null, hour: null, type: null } as const;
const nameOf = (camera: string) => camera.toUpperCase();

beforeAll(async () => {
  await i18next.init({ lng: "nl", resources: { nl: { translation: nl } }, interpolation: { escapeValue: false } });
});

describe("words of signals", () => {
  it("say what and where", () => {
    expect(tellTopic(t, NOWHERE, nameOf, 3)).toBe("Parkeren, overal");
    expect(tellTopic(t, { ...NOWHERE, camera: "markt" }, nameOf, 3)).toBe("Parkeren, MARKT");
    expect(tellTopic(t, { ...NOWHERE, camera: "markt", zone: "stoep" }, nameOf, 3)).toBe("Parkeren, MARKT, zone stoep");
    expect(tellTopic(t, { ...NOWHERE, hour: 21 }, nameOf, 3)).toBe("Parkeren, van 21 tot 24 uur");
    const type = { id: "litter", nl: "Zwerfvuil", en: "Litter" };
    expect(tellTopic(t, { ...NOWHERE, type }, nameOf, 3)).toBe("Zwerfvuil (ingevoerd)");
  });

  it("say how many times as often, also after nothing", () => {
    expect(tellTimes(t, "nl", { ratio: 3, low: 1.92, high: 4.6 })).toBe("3× (1,9 tot 4,6)");
    expect(tellTimes(t, "nl", { ratio: null, low: 2.04, high: null })).toBe("nieuw: eerder niets (minstens 2×)");
    expect(tellTimes(t, "nl", { ratio: null, low: null, high: null })).toBe("");
  });

  it("never say that chance is nothing", () => {
    expect(tellChance(t, "nl", 1e-12)).toBe("minder dan 0,001");
    expect(tellChance(t, "nl", 0.0312)).toBe("0,031");
    expect(tellChance(t, "nl", null)).toBe("");
  });
});
