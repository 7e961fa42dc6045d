import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "../../i18n/en.json";
import nl from "../../i18n/nl.json";
import { askedIn, exportOf, queryOf } from "./useAudit";
import { ACTIONS, tellDeed, tellMore, tellWho } from "./words";

let dutch: TFunction;
let english: TFunction;

beforeAll(async () => {
  const resources = { nl: { translation: nl }, en: { translation: en } };
  await i18next.init({ lng: "nl", resources, interpolation: { escapeValue: false } });
  dutch = i18next.getFixedT("nl");
  english = i18next.getFixedT("en");
});

const line = {
  actor: "anna",
  role: "observer",
  action: "claim",
  kind: "incident" as const,
  subject: "s-1",
  purpose: null,
  from_state: null,
  to_state: null,
  details: {},
};
const account = { ...line, role: "administrator", action: "change", kind: "account" as const, subject: "bob" };

describe("a line in words", () => {
  it("says who", () => {
    expect(tellWho(dutch, line)).toBe("anna (observant)");
    expect(tellWho(english, { actor: "almere", role: "system" })).toBe("The system (almere)");
    expect(tellWho(english, { actor: "", role: "" })).toBe("Somebody who was not signed in");
    expect(tellWho(english, { actor: "eve", role: "warden" })).toBe("eve (warden)");
  });

  it.each([
    [line, "claimde incident s-1", "claimed incident s-1"],
    [{ ...line, action: "view", details: { what: "clip", piece: 0 } }, "bekeek de clip van incident s-1", "looked at the clip of incident s-1"],
    [
      { ...line, action: "refused", details: { code: "not_allowed" } },
      "werd geweigerd bij incident s-1: dat mocht niet",
      "was refused at incident s-1: that was not allowed",
    ],
    [{ ...account, details: { what: "added" } }, "voegde bob toe", "added bob"],
    [{ ...account, details: { what: "sessions_ended" } }, "meldde bob af", "signed bob out"],
    [
      { ...line, action: "change", kind: "threshold" as const, subject: "parking plaza-1/square", details: { did: "approve", threshold: "0.51" } },
      "keurde drempel 0.51 goed voor parking plaza-1/square",
      "approved threshold 0.51 for parking plaza-1/square",
    ],
    [
      { ...line, action: "change", kind: "protocol" as const, subject: "site" },
      "nam een nieuwe versie in gebruik van protocol site",
      "took a new version of protocol site into use",
    ],
    [{ ...account, details: { what: "renamed" } }, "veranderde account bob", "changed account bob"],
    [{ ...line, action: "teleport" }, "teleport: incident s-1", "teleport: incident s-1"],
  ])("says what was done: %o", (told, inDutch, inEnglish) => {
    expect(tellDeed(dutch, told)).toBe(inDutch);
    expect(tellDeed(english, told)).toBe(inEnglish);
  });

  it("has words for every action that the form offers", () => {
    for (const action of ACTIONS) {
      for (const t of [dutch, english]) expect(tellDeed(t, { ...line, action })).not.toContain(`${action}:`);
    }
  });

  it("says what else is known, and leaves fingerprints to programs", () => {
    const rejected = {
      ...line,
      action: "reject",
      from_state: "claimed",
      to_state: "rejected",
      details: { reason: "exempt", note_sha256: "abc", note_length: 12, version: 3 },
    };
    expect(tellMore(english, rejected)).toEqual([
      "Claimed → Rejected",
      "reason: Allowed or exempt",
      "with a note of 12 characters",
      "version: 3",
    ]);
    const rights = { ...account, details: { what: "rights", role: "observer", disabled: false, cameras: "plaza-1", kinds: "all" } };
    expect(tellMore(dutch, rights)).toEqual(["rol: observant", "camera's: plaza-1", "soorten: alle"]);
    expect(tellMore(english, { ...line, purpose: "case 2026-117" })).toEqual(["purpose: case 2026-117"]);
  });
});

describe("what is asked", () => {
  it("goes from the address to the API, with the times of the cameras in UTC", () => {
    const asked = askedIn(new URLSearchParams("from=2026-07-01T12:00&actor=anna&kind=incident&action=&until=nonsense"));
    expect(queryOf(asked)).toEqual({ since: "2026-07-01T10:00:00.000Z", actor: "anna", kind: "incident" });
    expect(queryOf(askedIn(new URLSearchParams("kind=unheard")))).toEqual({});
    expect(exportOf(asked)).toBe("/api/v1/audit/export?since=2026-07-01T10%3A00%3A00.000Z&actor=anna&kind=incident");
  });
});
