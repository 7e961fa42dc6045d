import { describe, expect, it } from "vitest";

import { clipUrl, printUrl, snapshotUrl } from "../../api/evidence";
import { lookAt, needsPurpose, purposeOf } from "./purpose";

const incident = { id: "a/b", has_annotated: true };

describe("the purpose of a look", () => {
  it("is asked of those who investigate or audit, and of nobody who decides", () => {
    expect(needsPurpose("investigator")).toBe(true);
    expect(needsPurpose("auditor")).toBe(true);
    expect(needsPurpose("observer")).toBe(false);
    expect(needsPurpose("control_room")).toBe(false);
  });

  it("has 8 to 200 printable characters", () => {
    expect(purposeOf("  zaak 2026-1  ")).toBe("zaak 2026-1");
    expect(purposeOf("zaak 12")).toBeNull();
    expect(purposeOf("x".repeat(200))).toBe("x".repeat(200));
    expect(purposeOf("x".repeat(201))).toBeNull();
    expect(purposeOf("zaak\n2026-1")).toBeNull();
    expect(purposeOf("zaak\u00a02026-1")).toBeNull();
    expect(purposeOf("        ")).toBeNull();
  });

  it("opens the evidence of the incident for which it was told, and of no other", () => {
    const told: string[] = [];
    const purposes = {
      needed: true,
      told: new Map([["s-1", "zaak 2026-1"]]),
      tell: (id: string, purpose: string) => told.push(`${id}: ${purpose}`),
    };
    expect(lookAt(purposes, "s-1")).toMatchObject({ open: true, purpose: "zaak 2026-1" });
    expect(lookAt(purposes, "s-2")).toMatchObject({ open: false, purpose: null });
    lookAt(purposes, "s-2").tell("zaak 2026-2");
    expect(told).toEqual(["s-2: zaak 2026-2"]);
    expect(lookAt({ ...purposes, needed: false }, "s-2").open).toBe(true);
  });

  it("goes along with every picture, clip and print", () => {
    const base = "/api/v1/incidents/a%2Fb";
    expect(snapshotUrl(incident, true, null)).toBe(`${base}/snapshot?annotated=true`);
    expect(snapshotUrl(incident, true, "zaak 1 & 2")).toBe(`${base}/snapshot?annotated=true&purpose=zaak+1+%26+2`);
    expect(clipUrl(incident, null)).toBe(`${base}/clip`);
    expect(clipUrl(incident, "zaak 2026")).toBe(`${base}/clip?purpose=zaak+2026`);
    expect(printUrl(incident, "nl", null)).toBe(`${base}/print?language=nl`);
    expect(printUrl(incident, "en", "zaak 2026")).toBe(`${base}/print?language=en&purpose=zaak+2026`);
  });
});
