import { describe, expect, it } from "vitest";

import { placeLabels, withRoom, type Label } from "./labels";

const label = (id: string, x: number, y: number): Label => ({ id, at: { x_m: x, y_m: y }, text: "Grote Markt" });

describe("names on the map", () => {
  it("stand below their marks where there is room", () => {
    expect([...placeLabels([label("a", 0, 0), label("b", 500, 0)], 10)]).toEqual([
      ["a", "below"],
      ["b", "below"],
    ]);
  });

  it("make way for each other: above, and else they wait for a hand", () => {
    const placed = placeLabels([label("a", 0, 0), label("b", 30, 0), label("c", 60, 0)], 10);
    expect([...placed.values()]).toEqual(["below", "above", null]);
  });

  it("have room again once the sheet is near", () => {
    const placed = placeLabels([label("a", 0, 0), label("b", 30, 0), label("c", 60, 0)], 2);
    expect([...placed.values()]).toEqual(["below", "below", "below"]);
  });

  it("of squares and streets are left out where an earlier one stands", () => {
    const names = [label("square", 0, 0), label("street", 40, 5), label("lane", 0, 20)];
    expect(withRoom(names, 10).map(({ id }) => id)).toEqual(["square", "lane"]);
    expect(withRoom(names, 2)).toEqual(names);
  });
});
