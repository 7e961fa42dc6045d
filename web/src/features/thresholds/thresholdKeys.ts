/** Keys of the page of thresholds. */
import { useWindowEvent } from "@mantine/hooks";

import type { ThresholdPlace } from "../../api/types";
import { focusOf, type Focus, type Stroke } from "../queue/keys";
import type { Did } from "./words";

export type ThresholdAction = Did | "next" | "previous" | "queue" | "profile" | "language";

const ACTIONS: Readonly<Record<string, ThresholdAction>> = {
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  a: "approve",
  x: "decline",
  u: "undo",
  t: "queue",
  Escape: "queue",
  g: "profile",
  l: "language",
};

/** Actions that may go on while a key is held down. */
const REPEATABLE: readonly ThresholdAction[] = ["next", "previous"];

export function thresholdActionFor(stroke: Stroke, focus: Focus): ThresholdAction | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey || focus === "text") return null;
  const action = ACTIONS[stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key] ?? null;
  return action !== null && stroke.repeat && !REPEATABLE.includes(action) ? null : action;
}

/** Calls `onAction` for these keys; not while `paused`, because a dialog has its own. */
export function useThresholdKeys(paused: boolean, onAction: (action: ThresholdAction) => void): void {
  useWindowEvent("keydown", (event) => {
    if (paused || event.defaultPrevented) return;
    const action = thresholdActionFor(event, focusOf(event.target));
    if (action === null) return;
    event.preventDefault();
    onAction(action);
  });
}

/** What can be decided about a place now. */
export function deedsAt({ proposal, can_undo: canUndo }: Pick<ThresholdPlace, "proposal" | "can_undo">): Did[] {
  return [...(proposal === null ? [] : (["approve", "decline"] as const)), ...(canUndo ? (["undo"] as const) : [])];
}

/** Index after a step, held within the list. */
export function stepTo(at: number, step: 1 | -1, count: number): number {
  return Math.min(Math.max(at + step, 0), Math.max(count - 1, 0));
}
