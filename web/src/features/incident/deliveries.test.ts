import { describe, expect, it } from "vitest";

import type { Delivery } from "../../api/types";
import { inOrder, mayRetry } from "./deliveries";

function delivery(id: string, state: Delivery["state"], at: string): Delivery {
  return {
    id,
    event: "escalated",
    version: 3,
    recipient: "enforcement",
    channel: "desk",
    kind: "webhook",
    state,
    attempts: 1,
    last_error: null,
    created_at: `2026-07-01T10:0${at}:00Z`,
    next_at: null,
    delivered_at: null,
  };
}

describe("deliveries", () => {
  it("begin with what went wrong, newest first among equals", () => {
    const all = [
      delivery("a", "delivered", "9"),
      delivery("b", "failed", "1"),
      delivery("c", "dead", "0"),
      delivery("d", "failed", "2"),
      delivery("e", "pending", "8"),
    ];
    expect(inOrder(all).map(({ id }) => id)).toEqual(["c", "d", "b", "e", "a"]);
  });

  it("are sent once more by a supervisor, when they were given up", () => {
    expect(mayRetry("supervisor", { state: "dead" })).toBe(true);
    expect(mayRetry("supervisor", { state: "failed" })).toBe(false);
    expect(mayRetry("observer", { state: "dead" })).toBe(false);
  });
});
