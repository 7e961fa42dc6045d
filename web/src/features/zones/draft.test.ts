import { describe, expect, it } from "vitest";

import { begin, isChanged, step, type Draft } from "../versions/draft";
import { changes } from "../versions/leaves";
import { differences } from "./compare";
import { freeName, switchRule, withField, type ZoneDocument } from "./document";
import { edit, stepPoint } from "./editing";
import { WHOLE, inView, zoomed } from "./view";
import { covers, switchDay } from "./week";

const zones: ZoneDocument = {
  camera: "plaza",
  presets: [
    {
      id: "home",
      zones: [
        { id: "square", polygon: [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4]], rules: { parking: { limit_s: 60 } } },
        { id: "lane", polygon: [[0.5, 0.5], [0.9, 0.5], [0.9, 0.9]], rules: { fight: {} } },
      ],
    },
  ],
};
const [home] = zones.presets;
if (home === undefined) throw new Error("there is a preset");
const other: ZoneDocument = { ...zones, presets: [{ ...home, zones: home.zones.slice(1) }] };

describe("a draft", () => {
  it("goes back and forth, and a drag is one step", () => {
    let draft: Draft<ZoneDocument> = begin(zones, 3);
    draft = step(draft, { do: "change", document: other, sort: "drag" });
    draft = step(draft, { do: "change", document: { ...other, camera: "x" }, sort: "drag" });
    expect(isChanged(draft)).toBe(true);
    draft = step(draft, { do: "undo" });
    expect(draft.document).toBe(zones);
    expect(isChanged(draft)).toBe(false);
    draft = step(draft, { do: "redo" });
    expect(draft.document.camera).toBe("x");
    draft = step(step(draft, { do: "rest" }), { do: "change", document: other, sort: "drag" });
    expect(step(draft, { do: "undo" }).document.camera).toBe("x");
  });
});

describe("keys", () => {
  it("move a corner or the whole zone, finer when closer", () => {
    const moved = edit(home, { zone: 0, point: 1 }, "moveRight", WHOLE);
    expect(moved?.preset.zones[0]?.polygon[1]).toEqual([0.41, 0.2]);
    const finer = edit(home, { zone: 0, point: null }, "moveDown", { ...WHOLE, scale: 4 });
    expect(finer?.preset.zones[0]?.polygon).toEqual([[0.2, 0.2025], [0.4, 0.2025], [0.4, 0.4025]]);
    expect(home.zones[0]?.polygon[1]).toEqual([0.4, 0.2]);
  });

  it("add and remove zones and corners, but leave a zone and three corners", () => {
    const added = edit(home, { zone: 0, point: null }, "addZone", WHOLE);
    expect(added).toMatchObject({ zone: 2, point: null });
    expect(added?.preset.zones[2]?.id).toBe("zone-3");
    expect(edit(home, { zone: 1, point: null }, "removeZone", WHOLE)?.preset.zones).toHaveLength(1);
    expect(edit({ ...home, zones: home.zones.slice(1) }, { zone: 0, point: null }, "removeZone", WHOLE)).toBeNull();
    expect(edit(home, { zone: 0, point: 2 }, "addCorner", WHOLE)).toMatchObject({ point: 3 });
    expect(edit(home, { zone: 0, point: 2 }, "removeCorner", WHOLE)?.preset.zones[0]?.polygon).toHaveLength(3);
    expect([stepPoint(null, 1, 3), stepPoint(2, 1, 3), stepPoint(0, -1, 3)]).toEqual([0, 0, 2]);
  });
});

describe("a document", () => {
  it("has no empty rules and fields", () => {
    expect(switchRule({ fight: {} }, "fight", false)).toEqual({});
    expect(switchRule({}, "parking", true)).toHaveProperty("parking.limit_s", 60);
    expect(withField({ a: [1], b: 2 }, "a", [])).toEqual({ b: 2 });
    expect(freeName([...home.zones, { id: "zone-3", polygon: [], rules: {} }])).toBe("zone-4");
  });

  it("differs from another in words", () => {
    expect(differences(zones, other)).toEqual([{ what: "removed", preset: "home", zone: "square" }]);
    const limits: ZoneDocument = {
      ...zones,
      presets: [{ ...home, zones: home.zones.map((zone) => ({ ...zone, polygon: [[0, 0], [1, 0], [1, 1]], rules: { parking: { limit_s: 90 } } })) }],
    };
    expect(differences(zones, limits)).toEqual([
      { what: "moved", preset: "home", zone: "square" },
      { what: "set", preset: "home", zone: "square", field: "parking.limit_s", before: "60", after: "90" },
      { what: "moved", preset: "home", zone: "lane" },
      { what: "set", preset: "home", zone: "lane", field: "fight", before: "{}", after: "–" },
      { what: "set", preset: "home", zone: "lane", field: "parking.limit_s", before: "–", after: "90" },
    ]);
    expect(differences(zones, zones)).toEqual([]);
  });
});

describe("a table", () => {
  it("differs row by row", () => {
    const before = { rows: [{ kind: "fight", priority: "P2" }], bands: { likely: 0.5 } };
    const after = { rows: [{ kind: "fight", priority: "P1" }, { priority: "P3" }], bands: { likely: 0.5 } };
    expect(changes(before, after, true)).toEqual([
      { field: "rows.1.priority", before: '"P2"', after: '"P1"' },
      { field: "rows.2.priority", before: "–", after: '"P3"' },
    ]);
  });
});

describe("a week", () => {
  const night = { days: ["fri" as const], from: "22:30", to: "06:00" };

  it("shows the night that goes on in the next morning", () => {
    expect([covers(night, "fri", 21), covers(night, "fri", 22), covers(night, "sat", 5), covers(night, "sat", 6)]).toEqual([false, true, true, false]);
    expect(covers(night, "fri", 3)).toBe(false);
    expect(covers({ from: "00:00", to: "24:00" }, "sun", 23)).toBe(true);
    expect(covers({ dates: ["2026-04-27"], from: "00:00", to: "24:00" }, "mon", 5)).toBe(false);
  });

  it("has days that are switched", () => {
    expect(switchDay({ from: "07:00", to: "11:00" }, "sun")).toHaveProperty("days", ["mon", "tue", "wed", "thu", "fri", "sat"]);
    expect(switchDay(switchDay({ from: "07:00", to: "11:00" }, "sun"), "sun")).not.toHaveProperty("days");
  });
});

describe("what is shown", () => {
  it("stays under the pointer while it comes closer, and within the picture", () => {
    const around = inView(WHOLE, [0.25, 0.25]);
    const closer = zoomed(WHOLE, 2, around);
    expect(inView(closer, [0.25, 0.25])).toEqual(around);
    expect(zoomed(closer, 0.1, [1, 1])).toEqual(WHOLE);
    expect(zoomed(WHOLE, 4, [0, 0])).toEqual({ scale: 4, x: 0.125, y: 0.125 });
  });
});
