import { describe, expect, it } from "vitest";

import en from "../../i18n/en.json";
import nl from "../../i18n/nl.json";
import { actionFor, BINDINGS, choiceFor, type Stroke } from "./keys";

function stroke(key: string, held: Partial<Stroke> = {}): Stroke {
  return { key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...held };
}

describe("keys of the queue", () => {
  it.each([
    ["j", "next"],
    ["ArrowDown", "next"],
    ["k", "previous"],
    ["ArrowUp", "previous"],
    ["c", "claim"],
    ["Enter", "confirm"],
    ["r", "reject"],
    ["e", "escalate"],
    ["u", "undo"],
    ["s", "release"],
    ["?", "keys"],
    ["l", "language"],
    [" ", "play"],
    ["R", "reject"],
    ["t", "thresholds"],
  ])("%s means %s", (key, action) => {
    expect(actionFor(stroke(key), "page")).toBe(action);
  });

  it("gives no key two meanings", () => {
    const keys = BINDINGS.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("has words for every key in both languages", () => {
    for (const { action } of BINDINGS) {
      expect(nl.keys[action]).toBeTruthy();
      expect(en.keys[action]).toBeTruthy();
    }
  });

  it("leaves shortcuts of the browser alone", () => {
    expect(actionFor(stroke("r", { ctrlKey: true }), "page")).toBeNull();
    expect(actionFor(stroke("c", { metaKey: true }), "page")).toBeNull();
    expect(actionFor(stroke("e", { altKey: true }), "page")).toBeNull();
  });

  it("does not decide while a person types, but Escape leads back", () => {
    expect(actionFor(stroke("r"), "text")).toBeNull();
    expect(actionFor(stroke("Enter"), "text")).toBeNull();
    expect(actionFor(stroke("Escape"), "text")).toBe("list");
  });

  it("lets a focused button keep Enter and Space", () => {
    expect(actionFor(stroke("Enter"), "control")).toBeNull();
    expect(actionFor(stroke(" "), "control")).toBeNull();
    expect(actionFor(stroke("j"), "control")).toBe("next");
  });

  it("moves on while j is held down, but never repeats a verdict", () => {
    expect(actionFor(stroke("j", { repeat: true }), "page")).toBe("next");
    expect(actionFor(stroke("Enter", { repeat: true }), "page")).toBeNull();
    expect(actionFor(stroke("u", { repeat: true }), "page")).toBeNull();
  });
});

describe("digits in a dialog", () => {
  it("choose what is there, and nothing else", () => {
    expect(choiceFor(stroke("1"), 8)).toBe(0);
    expect(choiceFor(stroke("8"), 8)).toBe(7);
    expect(choiceFor(stroke("9"), 8)).toBeNull();
    expect(choiceFor(stroke("0"), 8)).toBeNull();
    expect(choiceFor(stroke("1", { repeat: true }), 8)).toBeNull();
    expect(choiceFor(stroke("1", { ctrlKey: true }), 8)).toBeNull();
  });
});
