import { describe, expect, it } from "vitest";

import type { Screen } from "../../api/types";
import { nextScreen } from "./useWall";

function screen(number: number, camera: string | null, minute: number): Screen {
  return { screen: number, camera, by: camera && "anna", at: camera && `2026-07-01T10:0${minute}:00Z` };
}

describe("the screen for another camera", () => {
  it("is the first dark one", () => {
    expect(nextScreen([screen(1, "a", 5), screen(2, null, 0), screen(3, null, 0)], "b")).toBe(2);
  });

  it("is the one that has shown the same for the longest time when all are in use", () => {
    expect(nextScreen([screen(1, "a", 5), screen(2, "b", 3), screen(3, "c", 4)], "d")).toBe(2);
  });

  it("is none for a camera that is on one already", () => {
    expect(nextScreen([screen(1, "a", 5), screen(2, null, 0)], "a")).toBeNull();
  });
});
