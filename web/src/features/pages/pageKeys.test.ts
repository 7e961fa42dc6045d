import { describe, expect, it } from "vitest";

import en from "../../i18n/en.json";
import nl from "../../i18n/nl.json";
import type { Stroke } from "../queue/keys";
import { bindingsOn, pageActionFor } from "./pageKeys";
import { hasPage, homeOf } from "./pages";

function stroke(key: string, held: Partial<Stroke> = {}): Stroke {
  return { key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...held };
}

const onPeople = bindingsOn("people", "administrator");

describe("pages", () => {
  it("begin where the role works", () => {
    expect(homeOf("observer")).toBe("/");
    expect(homeOf("administrator")).toBe("/people");
    expect(homeOf("auditor")).toBe("/audit");
    expect(homeOf("operator")).toBe("/cameras");
    expect(hasPage("auditor", "people")).toBe(false);
  });
});

describe("keys of the pages", () => {
  it.each([
    ["j", "nextRow"],
    ["N", "add"],
    ["h", "audit"],
    ["g", "profile"],
    ["Escape", "home"],
    ["?", "keys"],
  ])("%s means %s", (key, action) => {
    expect(pageActionFor(onPeople, stroke(key), "page")).toBe(action);
  });

  it("lead nowhere that the role may not go", () => {
    const onAudit = bindingsOn("audit", "auditor");
    expect(pageActionFor(onAudit, stroke("b"), "page")).toBeNull();
    expect(pageActionFor(onAudit, stroke("t"), "page")).toBeNull();
    expect(pageActionFor(onAudit, stroke("n"), "page")).toBeNull();
  });

  it("do nothing while a person types, but Escape leaves the field", () => {
    expect(pageActionFor(onPeople, stroke("n"), "text")).toBeNull();
    expect(pageActionFor(onPeople, stroke("Escape"), "text")).toBe("leave");
    expect(pageActionFor(onPeople, stroke("h", { ctrlKey: true }), "page")).toBeNull();
    expect(pageActionFor(onPeople, stroke("n", { repeat: true }), "page")).toBeNull();
  });

  it("have one meaning each, and words in both languages", () => {
    for (const [page, role] of [
      ["profile", "administrator"],
      ["profile", "observer"],
      ["people", "administrator"],
      ["audit", "administrator"],
      ["cameras", "operator"],
      ["camera", "observer"],
      ["map", "observer"],
      ["wall", "supervisor"],
      ["screens", "control_room"],
      ["handover", "observer"],
      ["handover", "supervisor"],
      ["zones", "supervisor"],
      ["tables", "supervisor"],
      ["signals", "supervisor"],
      ["benchmarks", "operator"],
    ] as const) {
      const bindings = bindingsOn(page, role);
      const keys = bindings.flatMap((binding) => binding.keys);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { action } of bindings) {
        expect(nl.keys[action]).toBeTruthy();
        expect(en.keys[action]).toBeTruthy();
      }
    }
  });
});
