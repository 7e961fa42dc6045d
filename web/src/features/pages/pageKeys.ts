/** Keys that the pages of forms and tables share, and those of each. */
import type { Focus, Stroke } from "../queue/keys";
import { hasPage, type PageName } from "./pages";
import type { Role } from "../../api/types";

export type PageAction =
  | PageName
  | "home"
  | "leave"
  | "language"
  | "keys"
  | "nextRow"
  | "previousRow"
  | "add"
  | "filter"
  | "older"
  | "addZone"
  | "removeZone"
  | "nextCorner"
  | "previousCorner"
  | "addCorner"
  | "removeCorner"
  | "moveLeft"
  | "moveRight"
  | "moveUp"
  | "moveDown"
  | "undoDraw"
  | "redoDraw"
  | "closer"
  | "farther"
  | "whole"
  | "takePicture"
  | "measure"
  | "tryZones"
  | "saveZones"
  | "versions"
  | "addRow";

export interface PageBinding {
  action: Exclude<PageAction, "leave" | "queue">;
  keys: readonly string[];
  group: "page" | "screen";
}

const ANYWHERE: readonly PageBinding[] = [
  { action: "home", keys: ["Escape"], group: "screen" },
  { action: "profile", keys: ["g"], group: "screen" },
  { action: "thresholds", keys: ["t"], group: "screen" },
  { action: "zones", keys: ["z"], group: "screen" },
  { action: "tables", keys: ["w"], group: "screen" },
  { action: "people", keys: ["b"], group: "screen" },
  { action: "audit", keys: ["h"], group: "screen" },
  { action: "language", keys: ["l"], group: "screen" },
  { action: "keys", keys: ["?"], group: "screen" },
];

const ROWS: readonly PageBinding[] = [
  { action: "nextRow", keys: ["j", "ArrowDown"], group: "page" },
  { action: "previousRow", keys: ["k", "ArrowUp"], group: "page" },
];

const OWN: Partial<Record<PageName, readonly PageBinding[]>> = {
  zones: [
    { action: "nextRow", keys: ["j"], group: "page" },
    { action: "previousRow", keys: ["k"], group: "page" },
    { action: "nextCorner", keys: ["."], group: "page" },
    { action: "previousCorner", keys: [","], group: "page" },
    { action: "moveLeft", keys: ["ArrowLeft"], group: "page" },
    { action: "moveRight", keys: ["ArrowRight"], group: "page" },
    { action: "moveUp", keys: ["ArrowUp"], group: "page" },
    { action: "moveDown", keys: ["ArrowDown"], group: "page" },
    { action: "addZone", keys: ["n"], group: "page" },
    { action: "removeZone", keys: ["x"], group: "page" },
    { action: "addCorner", keys: ["i"], group: "page" },
    { action: "removeCorner", keys: ["Delete"], group: "page" },
    { action: "undoDraw", keys: ["u"], group: "page" },
    { action: "redoDraw", keys: ["y"], group: "page" },
    { action: "closer", keys: ["+", "="], group: "page" },
    { action: "farther", keys: ["-"], group: "page" },
    { action: "whole", keys: ["0"], group: "page" },
    { action: "measure", keys: ["m"], group: "page" },
    { action: "takePicture", keys: ["p"], group: "page" },
    { action: "tryZones", keys: ["d"], group: "page" },
    { action: "saveZones", keys: ["s"], group: "page" },
    { action: "versions", keys: ["v"], group: "page" },
  ],
  tables: [
    ...ROWS,
    { action: "addRow", keys: ["n"], group: "page" },
    { action: "undoDraw", keys: ["u"], group: "page" },
    { action: "redoDraw", keys: ["y"], group: "page" },
    { action: "saveZones", keys: ["s"], group: "page" },
  ],
  people: [...ROWS, { action: "add", keys: ["n"], group: "page" }],
  audit: [
    ...ROWS,
    { action: "filter", keys: ["f"], group: "page" },
    { action: "older", keys: ["o"], group: "page" },
  ],
};

/** Actions that may go on while a key is held down. */
const REPEATABLE: readonly PageAction[] = [
  "nextRow",
  "previousRow",
  "nextCorner",
  "previousCorner",
  "moveLeft",
  "moveRight",
  "moveUp",
  "moveDown",
  "undoDraw",
  "redoDraw",
  "closer",
  "farther",
];

/** What `?` shows on this page to this role. */
export function bindingsOn(page: PageName, role: Role): readonly PageBinding[] {
  const elsewhere = ANYWHERE.filter(
    ({ action }) => !isOtherPage(action) || (action !== page && hasPage(role, action)),
  );
  return [...(OWN[page] ?? []), ...elsewhere];
}

const OTHER_PAGES = ["profile", "thresholds", "zones", "tables", "people", "audit"] as const;

function isOtherPage(action: PageBinding["action"]): action is Exclude<PageName, "queue"> {
  return OTHER_PAGES.some((page) => page === action);
}

/** While a person types only Escape does something: it leaves the field. */
export function pageActionFor(bindings: readonly PageBinding[], stroke: Stroke, focus: Focus): PageAction | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null;
  if (focus === "text") return stroke.key === "Escape" ? "leave" : null;
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  const action = bindings.find(({ keys }) => keys.includes(key))?.action ?? null;
  return action !== null && stroke.repeat && !REPEATABLE.includes(action) ? null : action;
}
