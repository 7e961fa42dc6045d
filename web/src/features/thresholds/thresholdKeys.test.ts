import { describe, expect, it } from "vitest";

import type { Stroke } from "../queue/keys";
import { deedsAt, stepTo, thresholdActionFor } from "./thresholdKeys";

function stroke(key: string, held: Partial<Stroke> = {}): Stroke {
  return { key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...held };
}

const proposal = {
  threshold: 0.62,
  fewer_false: 41,
  confirmed_lost: 1,
  decisions: 220,
  estimated: false,
  precision_now: 0.4,
  precision_then: 0.5,
  lost: [],
};

describe("keys of the thresholds", () => {
  it.each([
    ["j", "next"],
    ["ArrowUp", "previous"],
    ["a", "approve"],
    ["X", "decline"],
    ["u", "undo"],
    ["Escape", "queue"],
  ])("%s means %s", (key, action) => {
    expect(thresholdActionFor(stroke(key), "page")).toBe(action);
  });

  it("decides nothing while a person types, by a shortcut of the browser, or by a key held down", () => {
    expect(thresholdActionFor(stroke("a"), "text")).toBeNull();
    expect(thresholdActionFor(stroke("a", { ctrlKey: true }), "page")).toBeNull();
    expect(thresholdActionFor(stroke("a", { repeat: true }), "page")).toBeNull();
    expect(thresholdActionFor(stroke("j", { repeat: true }), "page")).toBe("next");
    expect(thresholdActionFor(stroke("q"), "page")).toBeNull();
  });

  it("offers only what can be decided", () => {
    expect(deedsAt({ proposal, can_undo: true })).toEqual(["approve", "decline", "undo"]);
    expect(deedsAt({ proposal: null, can_undo: true })).toEqual(["undo"]);
    expect(deedsAt({ proposal: null, can_undo: false })).toEqual([]);
  });

  it("stays within the list", () => {
    expect(stepTo(0, -1, 3)).toBe(0);
    expect(stepTo(1, 1, 3)).toBe(2);
    expect(stepTo(2, 1, 3)).toBe(2);
    expect(stepTo(0, 1, 0)).toBe(0);
  });
});
