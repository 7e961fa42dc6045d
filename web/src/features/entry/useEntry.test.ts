import { describe, expect, it } from "vitest";

import type { TypeOfIncident } from "../../api/types";
import { findTypes, mayEnter, mayLook, newKey, snapshotOf } from "./useEntry";

describe("an entry", () => {
  it("has a key of its own, in the form that the API takes", () => {
    const keys = new Set(Array.from({ length: 50 }, newKey));
    expect(keys.size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is for those who watch and for desks; a picture of the street is not for the municipal desk", () => {
    expect(mayEnter("observer") && mayLook("observer")).toBe(true);
    expect(mayEnter("enforcement")).toBe(true);
    expect(mayLook("enforcement")).toBe(false);
    expect(mayEnter("auditor")).toBe(false);
  });

  it("shows a picture by an address that holds no other name than its own", () => {
    const taken = { id: "20260101-00", camera: "a/b", taken_at: "2026-01-01T00:00:00Z" };
    expect(snapshotOf(taken)).toBe("/api/v1/cameras/a%2Fb/snapshots/20260101-00");
  });
});

describe("the search for a type", () => {
  const type = (id: string, nl: string, en: string, also: string[] = []): TypeOfIncident => {
    const category = { nl: "Overtreding APV", en: "By-law" };
    return { id, category: "c", name: { nl, en }, category_name: category, kind: "other", priority: "P3", also };
  };
  const types = [
    type("use", "Openlijk gebruik drugs", "Open use of drugs"),
    type("runner", "Drugsrunners", "Runners", ["koeriers"]),
    type("cafe", "Café te lang open", "Café open too long"),
  ];
  const ids = (words: string) => findTypes(types, words).map((one) => one.id);

  it("takes words of either language, without accents, in any order", () => {
    expect(ids("DRUGS open")).toEqual(["use"]);
    expect(ids("cafe")).toEqual(["cafe"]);
    expect(ids("koerier")).toEqual(["runner"]);
    expect(ids("xyzzy")).toEqual([]);
  });

  it("puts a name that begins so first, and shows all without words", () => {
    expect(ids("drugs")).toEqual(["runner", "use"]);
    expect(ids(" ")).toEqual(["use", "runner", "cafe"]);
  });
});
