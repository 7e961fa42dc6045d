import { describe, expect, it } from "vitest";

import { stepsOf } from "./followUpSteps";

const at = (minute: number) => `2026-07-01T10:0${minute}:00Z`;
const none = {
  looked_at: null,
  claimed_at: null,
  escalated_at: null,
  acknowledged_at: null,
  on_scene_at: null,
  closed_at: null,
};

describe("the steps of a follow-up", () => {
  it("begin with the arrival", () => {
    const steps = stepsOf({ received_at: at(0), decided_at: null, clocks: none, state: "suggested" });
    expect(steps).toEqual([{ step: "received", at: at(0), afterS: null }]);
  });

  it("count from the arrival, and for the recipient from when they were told", () => {
    const clocks = {
      looked_at: at(1),
      claimed_at: at(1),
      escalated_at: at(3),
      acknowledged_at: at(4),
      on_scene_at: at(6),
      closed_at: at(9),
    };
    const steps = stepsOf({ received_at: at(0), decided_at: at(3), clocks, state: "resolved" });
    expect(steps.map(({ step, afterS }) => [step, afterS])).toEqual([
      ["received", null],
      ["looked", 60],
      ["claimed", 60],
      ["escalated", 180],
      ["acknowledged", 60],
      ["on_scene", 180],
      ["resolved", 360],
    ]);
  });

  it("tell that there was nobody to send", () => {
    const clocks = { ...none, escalated_at: at(1), closed_at: at(2) };
    const steps = stepsOf({ received_at: at(0), decided_at: at(1), clocks, state: "no_capacity" });
    expect(steps.at(-1)).toEqual({ step: "no_capacity", at: at(2), afterS: 60 });
  });
});
