import { describe, expect, it } from "vitest";

import { listOf, moved, rowOf } from "./table";

describe("a table", () => {
  it("takes one value as a list of it, and any as none", () => {
    expect([listOf("P1"), listOf(["P1", "P2"]), listOf("any"), listOf(undefined), listOf(null)]).toEqual([
      ["P1"], ["P1", "P2"], [], [], [],
    ]);
  });

  it("has rows in an order that can be changed", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
    expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  });

  it("tells the row of a fault", () => {
    expect([rowOf(["rows", 2, "zone", 0]), rowOf(["routes", 0]), rowOf(["bands"]), rowOf([])]).toEqual([3, 1, null, null]);
  });
});
