import { describe, expect, it } from "vitest";

import { closeUpOf } from "./closeUp";

/** Where a point of the picture ends up on the card: 0..1 is visible. */
function shown(at: number, origin: number, zoom: number): number {
  return origin + zoom * (at - origin);
}

describe("the close-up on a card", () => {
  it("does not zoom in on what already fills the picture", () => {
    expect(closeUpOf([0.1, 0.1, 0.9, 0.9])).toEqual({ centre: [0.5, 0.5], origin: [0.5, 0.5], zoom: 1 });
  });

  it("puts a small box in the middle", () => {
    const { origin, zoom } = closeUpOf([0.5, 0.3, 0.7, 0.4]);
    expect(zoom).toBeCloseTo(2.25);
    expect(shown(0.6, origin[0], zoom)).toBeCloseTo(0.5);
    expect(shown(0.35, origin[1], zoom)).toBeCloseTo(0.5);
  });

  it.each([
    [0.85, 0.02, 0.98, 0.14],
    [0, 0.9, 0.05, 1],
  ])("keeps all of a box in a corner in sight: %f %f %f %f", (x1, y1, x2, y2) => {
    const { origin, zoom } = closeUpOf([x1, y1, x2, y2]);
    expect(zoom).toBe(2.5);
    for (const at of [shown(x1, origin[0], zoom), shown(x2, origin[0], zoom)]) {
      expect(at).toBeGreaterThanOrEqual(-1e-9);
      expect(at).toBeLessThanOrEqual(1 + 1e-9);
    }
    for (const at of [shown(y1, origin[1], zoom), shown(y2, origin[1], zoom)]) {
      expect(at).toBeGreaterThanOrEqual(-1e-9);
      expect(at).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});
