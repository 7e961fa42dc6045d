import { describe, expect, it } from "vitest";

import { retryDelayMs } from "./events";

describe("waiting before the next attempt to go live", () => {
  it("doubles up to a quarter of a minute, spread at random", () => {
    expect(retryDelayMs(0, 0)).toBe(500);
    expect(retryDelayMs(0, 1)).toBe(1000);
    expect(retryDelayMs(2, 1)).toBe(4000);
    expect(retryDelayMs(30, 1)).toBe(15_000);
    expect(retryDelayMs(30, 0)).toBe(7500);
  });
});
