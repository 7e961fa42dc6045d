import { describe, expect, it } from "vitest";

import { layOut } from "./layout";

const DESK = { width: 1340, height: 590, gap: 11, caption: 72, least: 240 };
const WALL = { width: 3800, height: 1860, gap: 19, caption: 120, least: 409 };

describe("pictures on a wall", () => {
  it.each([1, 2, 3, 4, 6, 10])("%i are all in sight and as wide as may be", (count) => {
    const { columns, tile } = layOut(count, WALL);
    const rows = Math.ceil(count / columns);
    expect(columns * tile + (columns - 1) * WALL.gap).toBeLessThanOrEqual(WALL.width + 0.01);
    expect(rows * ((tile * 9) / 16 + WALL.caption) + (rows - 1) * WALL.gap).toBeLessThanOrEqual(WALL.height + 0.01);
    expect(tile).toBeGreaterThan(WALL.width / 5);
  });

  it("stand in two rows where ten share a desk", () => {
    expect(layOut(10, DESK)).toEqual({ columns: 5, tile: (DESK.width - 4 * DESK.gap) / 5 });
  });

  it("scroll rather than get too small to see", () => {
    expect(layOut(10, { ...DESK, height: 200 })).toMatchObject({ columns: 5 });
    expect(layOut(4, { ...DESK, width: 200 })).toEqual({ columns: 1, tile: 200 });
  });
});
