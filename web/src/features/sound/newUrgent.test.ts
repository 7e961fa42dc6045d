import { describe, expect, it } from "vitest";

import type { Lane } from "../../api/types";
import { heardOf, newUrgent } from "./newUrgent";

function lane(priority: Lane["priority"], second: number): Lane {
  return { priority, open: 1, newest_at: `2026-07-01T10:00:0${second}Z` };
}

describe("something urgent that is new", () => {
  const before = heardOf([lane("P1", 1), lane("P2", 1), lane("P3", 1)]);

  it("is told once, the most urgent first", () => {
    const now = heardOf([lane("P1", 2), lane("P2", 3)], before);
    expect(newUrgent(before, now)).toBe("P1");
    expect(newUrgent(now, heardOf([lane("P1", 2), lane("P2", 3)], now))).toBeNull();
  });

  it("is not P3, nor what was there when the page opened", () => {
    expect(newUrgent(before, heardOf([lane("P1", 1), lane("P2", 1), lane("P3", 9)], before))).toBeNull();
  });

  it("is not an older one that comes to light when the newest is done", () => {
    const done = heardOf([], before);
    expect(newUrgent(done, heardOf([lane("P1", 0)], done))).toBeNull();
    expect(newUrgent(done, heardOf([lane("P2", 5)], done))).toBe("P2");
  });
});
