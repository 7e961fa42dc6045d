import { describe, expect, it } from "vitest";

import { conePath, linePath, middleOf, viewBoxOf } from "./geometry";

const sheet = { name: null, width_m: 400, height_m: 200, areas: [], streets: [], cameras: [] };

function at(x: number, y: number) {
  return { x_m: x, y_m: y };
}

describe("the map", () => {
  it("draws a view to the north upwards and one to the east to the right", () => {
    expect(conePath(at(100, 100), { heading_deg: 0, view_deg: 90, reach_m: 10 })).toBe(
      "M 100 100 L 92.9 92.9 A 10 10 0 0 1 107.1 92.9 Z",
    );
    expect(conePath(at(100, 100), { heading_deg: 90, view_deg: 200, reach_m: 10 })).toContain("A 10 10 0 1 1");
    expect(conePath(at(0, 0), { heading_deg: 0, view_deg: 360, reach_m: 10 })).not.toContain("NaN");
  });

  it("names a thing in its middle", () => {
    expect(middleOf([at(0, 0), at(10, 0), at(10, 10), at(0, 10)])).toEqual(at(5, 5));
    expect(linePath([at(0, 0), at(5, 5)])).toBe("M 0 0 L 5 5");
  });

  it("comes closer around a camera and stays on the sheet", () => {
    expect(viewBoxOf(sheet, 1, null)).toBe("0.0 0.0 400.0 200.0");
    expect(viewBoxOf(sheet, 2, at(200, 100))).toBe("100.0 50.0 200.0 100.0");
    expect(viewBoxOf(sheet, 2, at(0, 199))).toBe("0.0 100.0 200.0 100.0");
  });
});
