import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "../../i18n/en.json";
import nl from "../../i18n/nl.json";
import { formatShare, tellProposal, tellThreshold } from "./words";

let dutch: TFunction;
let english: TFunction;

beforeAll(async () => {
  const resources = { nl: { translation: nl }, en: { translation: en } };
  await i18next.init({ lng: "nl", resources, interpolation: { escapeValue: false } });
  dutch = i18next.getFixedT("nl");
  english = i18next.getFixedT("en");
});

const least = { least_decisions: 100, least_confirmed: 10, least_newer: 50 };
const figures = {
  decisions: 220,
  confirmed: 100,
  false: 120,
  rejected: [],
  rejected_in: [],
  samples: 0,
  samples_confirmed: 0,
  picked: 0,
};
const proposal = {
  threshold: 0.62,
  fewer_false: 41,
  confirmed_lost: 1,
  decisions: 220,
  estimated: false,
  precision_now: 0.45,
  precision_then: 0.56,
  lost: ["s-1"],
};
const raised = { threshold: 0, proposal, why_not: null, figures };

describe("a proposal", () => {
  it("says what a higher threshold saves and what it costs", () => {
    expect(tellProposal(english, "en", raised, least)).toBe(
      "Raise to 0.62: 41 fewer false, 1 confirmed lost, from 220 decisions",
    );
    expect(tellProposal(dutch, "nl", raised, least)).toBe(
      "Verhoog naar 0,62: 41 minder onterecht, 1 bevestigd verloren, uit 220 beslissingen",
    );
  });

  it("says that it is about, where samples stand for more than themselves", () => {
    const about = { ...raised, threshold: 0.4, proposal: { ...proposal, estimated: true } };
    expect(tellProposal(english, "en", about, least)).toContain("about 41 fewer false");
  });

  it("says without a minus what a lower threshold, or none, brings back", () => {
    const back = { ...proposal, threshold: 0.31, fewer_false: -20, confirmed_lost: -50, estimated: true };
    const lowered = { ...raised, threshold: 0.5, proposal: back };
    expect(tellProposal(english, "en", lowered, least)).toContain(
      "Lower to 0.31: about 20 more false, about 50 confirmed regained",
    );
    const removed = { ...lowered, proposal: { ...back, threshold: 0 } };
    expect(tellProposal(english, "en", removed, least)).toContain("Remove the threshold: about 20 more false");
  });

  it.each([
    ["too_few_decisions", "99 of at least 100 decisions"],
    ["too_few_confirmed", "9 of at least 10 confirmed"],
    ["too_soon", "fewer than 50 decisions"],
    ["nothing_gained", "no threshold would save enough"],
  ] as const)("says why there is none: %s", (why, words) => {
    const few = { ...figures, decisions: 99, confirmed: 9 };
    const none = { threshold: 0, proposal: null, why_not: why, figures: few };
    expect(tellProposal(english, "en", none, least)).toContain(words);
    expect(tellProposal(dutch, "nl", none, least)).toContain("Geen voorstel");
  });
});

describe("figures", () => {
  it("are written as the language does", () => {
    expect(tellThreshold(dutch, "nl", 0.5)).toBe("Drempel 0,50");
    expect(tellThreshold(english, "en", 0)).toBe("No threshold");
    expect(formatShare("en", 0.02)).toBe("2%");
  });
});
