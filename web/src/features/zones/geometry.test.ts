import { describe, expect, it } from "vitest";

import type { GroundPoint, Point } from "./document";
import { metreGrid, moveAll, movePoint, onPicture, removePoint, snap, splitEdge, streetToPicture } from "./geometry";

const RATIO = 9 / 16;
const SQUARE: Point[] = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4]];

describe("points are drawn to", () => {
  it("a corner before an edge, and to nothing that is far", () => {
    expect(snap([0.405, 0.205], [SQUARE], 0.02, RATIO)).toEqual([0.4, 0.2]);
    expect(snap([0.3, 0.21], [SQUARE], 0.02, RATIO)).toEqual([0.3, 0.2]);
    expect(snap([0.6, 0.6], [SQUARE], 0.02, RATIO)).toEqual([0.6, 0.6]);
  });

  it("the edge of the picture, and never beyond it", () => {
    expect(snap([0.5, 0.99], [], 0.02, RATIO)).toEqual([0.5, 1]);
    expect(snap([1.3, -2], [], 0.02, RATIO)).toEqual([1, 0]);
  });
});

describe("an outline", () => {
  it("gets a point in the middle of an edge", () => {
    expect(splitEdge(SQUARE, 3)).toEqual([[...SQUARE, [0.2, 0.3]], 4]);
  });

  it("loses points down to three", () => {
    const three = removePoint(SQUARE, 0);
    expect(three).toHaveLength(3);
    expect(removePoint(three, 0)).toEqual(three);
  });

  it("moves within the picture and keeps its form", () => {
    expect(movePoint(SQUARE, 0, [-1, 0.5])[0]).toEqual([0, 0.5]);
    expect(moveAll(SQUARE, 5, -5)).toEqual([[0.8, 0], [1, 0], [1, 0.2], [0.8, 0.2]]);
  });
});

describe("the measured stretch", () => {
  const ground: GroundPoint[] = [
    { picture: [0.1, 0.9], metres: [0, 0] },
    { picture: [0.9, 0.9], metres: [8, 0] },
    { picture: [0.6, 0.4], metres: [8, 20] },
    { picture: [0.4, 0.4], metres: [0, 20] },
  ];

  it("lies in the picture where it was measured", () => {
    const matrix = streetToPicture(ground);
    for (const { picture, metres } of ground) {
      const [x = 9, y = 9] = onPicture(matrix ?? [], metres) ?? [];
      expect(Math.hypot(x - picture[0], y - picture[1])).toBeLessThan(1e-9);
    }
    // Farther metres are shorter in the picture.
    const [, near = 9] = onPicture(matrix ?? [], [0, 1]) ?? [];
    const [, far = 9] = onPicture(matrix ?? [], [0, 19]) ?? [];
    expect(0.9 - near).toBeGreaterThan(far - 0.4);
  });

  it("has a line every metre, and none where the points fit no view", () => {
    expect(metreGrid(ground)).toMatchObject({ step_m: 1 });
    expect(metreGrid(ground).lines).toHaveLength(9 + 21);
    expect(metreGrid(ground.map((point) => ({ ...point, metres: [0, 0] as Point }))).lines).toHaveLength(0);
  });
});
