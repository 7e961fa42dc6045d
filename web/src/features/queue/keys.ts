/** Every key of the queue, in one table: what it does, and what `?` shows. */

export type Action =
  | "next"
  | "previous"
  | "claim"
  | "confirm"
  | "reject"
  | "escalate"
  | "undo"
  | "release"
  | "acknowledge"
  | "arrive"
  | "resolve"
  | "decline"
  | "enter"
  | "map"
  | "wall"
  | "handover"
  | "readNotes"
  | "sound"
  | "showNew"
  | "nextView"
  | "cameras"
  | "thresholds"
  | "profile"
  | "list"
  | "swap"
  | "marks"
  | "print"
  | "letThrough"
  | "play"
  | "language"
  | "keys";

export interface Binding {
  action: Action;
  keys: readonly string[];
  group: "movement" | "verdict" | "answer" | "screen";
}

/** In the order in which `?` shows them. */
export const GROUPS = ["verdict", "answer", "movement", "screen"] as const;

export const BINDINGS: readonly Binding[] = [
  { action: "next", keys: ["j", "ArrowDown"], group: "movement" },
  { action: "previous", keys: ["k", "ArrowUp"], group: "movement" },
  { action: "showNew", keys: ["n"], group: "movement" },
  { action: "nextView", keys: ["f"], group: "movement" },
  { action: "cameras", keys: ["z"], group: "movement" },
  { action: "map", keys: ["q"], group: "movement" },
  { action: "wall", keys: ["w"], group: "movement" },
  { action: "handover", keys: ["h"], group: "movement" },
  { action: "thresholds", keys: ["t"], group: "movement" },
  { action: "profile", keys: ["g"], group: "movement" },
  { action: "list", keys: ["Escape"], group: "movement" },
  { action: "confirm", keys: ["Enter"], group: "verdict" },
  { action: "reject", keys: ["r"], group: "verdict" },
  { action: "escalate", keys: ["e"], group: "verdict" },
  { action: "undo", keys: ["u"], group: "verdict" },
  { action: "claim", keys: ["c"], group: "verdict" },
  { action: "release", keys: ["s"], group: "verdict" },
  { action: "enter", keys: ["i"], group: "verdict" },
  { action: "letThrough", keys: ["+", "="], group: "verdict" },
  { action: "readNotes", keys: ["y"], group: "verdict" },
  { action: "acknowledge", keys: ["a"], group: "answer" },
  { action: "arrive", keys: ["o"], group: "answer" },
  { action: "resolve", keys: ["d"], group: "answer" },
  { action: "decline", keys: ["x"], group: "answer" },
  { action: "play", keys: ["Space"], group: "screen" },
  { action: "swap", keys: ["v"], group: "screen" },
  { action: "marks", keys: ["m"], group: "screen" },
  { action: "sound", keys: ["b"], group: "screen" },
  { action: "print", keys: ["p"], group: "screen" },
  { action: "language", keys: ["l"], group: "screen" },
  { action: "keys", keys: ["?"], group: "screen" },
];

/** What has the focus: something that takes text, something that has keys of its own, or nothing special. */
export type Focus = "text" | "control" | "page";

export interface Stroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
}

/** Keys that a focused button, link, switch or video needs for itself. */
const KEYS_OF_CONTROLS = ["Enter", "Space", "ArrowDown", "ArrowUp"];

/** Actions that may go on while a key is held down. A verdict may not. */
const REPEATABLE: readonly Action[] = ["next", "previous"];

export function actionFor(stroke: Stroke, focus: Focus): Action | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null;
  if (focus === "text") return stroke.key === "Escape" ? "list" : null;
  const key = stroke.key === " " ? "Space" : stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  if (focus === "control" && KEYS_OF_CONTROLS.includes(key)) return null;
  const action = BINDINGS.find((binding) => binding.keys.includes(key))?.action ?? null;
  if (action !== null && stroke.repeat && !REPEATABLE.includes(action)) return null;
  return action;
}

/** Index that a digit key chooses from `count` choices (1 is the first), or null. */
export function choiceFor(stroke: Stroke, count: number): number | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey || stroke.repeat) return null;
  if (!/^[1-9]$/.test(stroke.key)) return null;
  const index = Number(stroke.key) - 1;
  return index < count ? index : null;
}

export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return "page";
  if (target.isContentEditable || target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=range])")) {
    return "text";
  }
  return target.matches("button, a, input, video, summary") ? "control" : "page";
}
