import { describe, expect, it } from "vitest";

import type { Priority } from "../../api/types";
import { lanesOf } from "./lanes";

const known = new Map<string, Priority | null>([
  ["a", "P1"],
  ["b", "P2"],
  ["c", "P2"],
  ["d", "P3"],
  ["e", null],
]);

describe("lanes of the list", () => {
  it("are cut where the priority falls", () => {
    expect(lanesOf(["a", "b", "c", "d", "e"], (id) => known.get(id))).toEqual([
      { name: "P1", ids: ["a"] },
      { name: "P2", ids: ["b", "c"] },
      { name: "P3", ids: ["d"] },
      { name: "none", ids: ["e"] },
    ]);
    expect(lanesOf([], () => null)).toEqual([]);
  });

  it("keep a card where it stands, also when it became more urgent or is listed no more", () => {
    expect(lanesOf(["b", "gone", "a", "d"], (id) => known.get(id))).toEqual([
      { name: "P2", ids: ["b", "gone", "a"] },
      { name: "P3", ids: ["d"] },
    ]);
    expect(lanesOf(["gone"], (id) => known.get(id))).toEqual([{ name: "none", ids: ["gone"] }]);
  });
});
