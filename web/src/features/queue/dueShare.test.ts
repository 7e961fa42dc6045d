import { describe, expect, it } from "vitest";

import { dueShare } from "./dueShare";

const clocks = {
  looked_at: null,
  claimed_at: null,
  escalated_at: null,
  acknowledged_at: null,
  on_scene_at: null,
  closed_at: null,
};
const waiting = {
  received_at: "2026-07-01T10:00:00Z",
  due: { step: "claim" as const, at: "2026-07-01T10:01:00Z" },
  clocks,
};
const at = (time: string) => Date.parse(`2026-07-01T${time}Z`);

describe("the ring of a deadline", () => {
  it("fills from the arrival to the deadline, and goes on when it is late", () => {
    expect(dueShare(waiting, at("10:00:00"))).toBe(0);
    expect(dueShare(waiting, at("10:00:30"))).toBe(0.5);
    expect(dueShare(waiting, at("10:01:30"))).toBe(1.5);
    expect(dueShare(waiting, at("09:59:00"))).toBe(0);
  });

  it("begins anew when somebody is told", () => {
    const told = { ...waiting, clocks: { ...clocks, escalated_at: "2026-07-01T10:00:30Z" } };
    expect(dueShare(told, at("10:00:45"))).toBe(0.5);
  });

  it("is not there where nothing is due", () => {
    expect(dueShare({ ...waiting, due: null }, at("10:00:00"))).toBeNull();
  });
});
