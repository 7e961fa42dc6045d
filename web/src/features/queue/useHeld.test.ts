import { describe, expect, it } from "vitest";

import { heldIn } from "./useHeld";

describe("what is held back", () => {
  it("is counted over all reasons and priorities", () => {
    const held = [
      { why: "budget" as const, priority: "P3" as const, count: 4 },
      { why: "budget" as const, priority: null, count: 2 },
    ];
    const budget = { per_observer_hour: 6, holds: ["P3" as const], observers: 1, shown: 6, allowed: 6, held };
    expect(heldIn(budget)).toBe(6);
    expect(heldIn({ ...budget, held: [] })).toBe(0);
    expect(heldIn(undefined)).toBe(0);
  });
});
