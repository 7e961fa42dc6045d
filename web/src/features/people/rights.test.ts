import { describe, expect, it } from "vitest";

import { choicesOf, emptyParts, sameRights, toggled, withRole, type Rights } from "./rights";

const everything = { cameras: null, kinds: null };
const roles = [
  { role: "observer" as const, scope: everything },
  { role: "enforcement" as const, scope: { cameras: null, kinds: ["other" as const, "parking" as const] } },
];
const observer: Rights = { role: "observer", scope: everything };

describe("another role", () => {
  it("brings its own default where nothing was chosen", () => {
    const desk = withRole(observer, "enforcement", roles);
    expect(desk.scope).toEqual({ cameras: null, kinds: ["other", "parking"] });
    expect(withRole(desk, "observer", roles)).toEqual(observer);
  });

  it("leaves what was chosen", () => {
    const narrow: Rights = { role: "observer", scope: { cameras: ["plaza-1"], kinds: ["fight"] } };
    expect(withRole(narrow, "enforcement", roles).scope).toEqual(narrow.scope);
  });
});

describe("rights", () => {
  it("are the same in whatever order", () => {
    const one: Rights = { role: "observer", scope: { cameras: ["a", "b"], kinds: null } };
    expect(sameRights(one, { ...one, scope: { cameras: ["b", "a"], kinds: null } })).toBe(true);
    expect(sameRights(one, { ...one, scope: everything })).toBe(false);
    expect(sameRights(one, { ...one, role: "auditor" })).toBe(false);
  });

  it("must not be empty by accident", () => {
    expect(emptyParts({ cameras: [], kinds: null })).toEqual({ cameras: true, kinds: false });
    expect(emptyParts(everything)).toEqual({ cameras: false, kinds: false });
  });

  it("keep a camera that no worker tells of any more", () => {
    const camera = { id: "plaza-1", name: "Plein", state: "online" as const, since: "", reason: null, preset: null, not_watching: null, turns: false, blind_today: [] };
    expect(choicesOf([camera], ["gone"])).toEqual([
      { id: "gone", name: "gone" },
      { id: "plaza-1", name: "Plein" },
    ]);
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  });
});
