/** Keys that the pages of forms and tables share, and those of each. */
import type { Focus, Stroke } from "../queue/keys";
import { hasPage, isPage, type PageName } from "./pages";
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
  | "macro"
  | "toScreen"
  | "screen"
  | "chooseCamera"
  | "dark"
  | "closer"
  | "farther"
  | "whole"
  | "note"
  | "colleague"
  | "send"
  | "report"
  | "older"
  | "take"
  | "giveBack"
  | "panLeft"
  | "panRight"
  | "tiltUp"
  | "tiltDown"
  | "zoomIn"
  | "zoomOut"
  | "toHome"
  | "toPreset"
  | "learn"
  | "reportFault"
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
  | "takePicture"
  | "measure"
  | "tryZones"
  | "saveZones"
  | "versions"
  | "addRow"
  | "period"
  | "compareWith"
  | "toList"
  | "ownPassword"
  | "secondFactor"
  | "scheme"
  | "soundOn"
  | "tryP1"
  | "tryP2"
  | "everywhere";

/** Pages, and what opens inside one of them with keys of its own. */
export type PlaceName = PageName | "camera";

export interface PageBinding {
  action: Exclude<PageAction, "leave" | "queue">;
  keys: readonly string[];
  group: "page" | "screen";
}

const ANYWHERE: readonly PageBinding[] = [
  { action: "home", keys: ["Escape"], group: "screen" },
  { action: "profile", keys: ["g"], group: "screen" },
  { action: "cameras", keys: ["z"], group: "screen" },
  { action: "map", keys: ["q"], group: "screen" },
  { action: "wall", keys: ["w"], group: "screen" },
  { action: "screens", keys: ["v"], group: "screen" },
  { action: "handover", keys: ["h"], group: "screen" },
  { action: "thresholds", keys: ["t"], group: "screen" },
  { action: "zones", keys: ["e"], group: "screen" },
  { action: "tables", keys: ["a"], group: "screen" },
  { action: "signals", keys: ["o"], group: "screen" },
  { action: "benchmarks", keys: ["b"], group: "screen" },
  { action: "people", keys: ["b"], group: "screen" },
  { action: "audit", keys: ["h"], group: "screen" },
  { action: "language", keys: ["l"], group: "screen" },
  { action: "keys", keys: ["?"], group: "screen" },
];

const ROWS: readonly PageBinding[] = [
  { action: "nextRow", keys: ["j", "ArrowDown"], group: "page" },
  { action: "previousRow", keys: ["k", "ArrowUp"], group: "page" },
];

const OWN: Partial<Record<PlaceName, readonly PageBinding[]>> = {
  cameras: ROWS,
  camera: [
    { action: "take", keys: ["c"], group: "page" },
    { action: "giveBack", keys: ["s"], group: "page" },
    { action: "panLeft", keys: ["ArrowLeft"], group: "page" },
    { action: "panRight", keys: ["ArrowRight"], group: "page" },
    { action: "tiltUp", keys: ["ArrowUp"], group: "page" },
    { action: "tiltDown", keys: ["ArrowDown"], group: "page" },
    { action: "zoomIn", keys: ["+", "="], group: "page" },
    { action: "zoomOut", keys: ["-"], group: "page" },
    { action: "toHome", keys: ["0"], group: "page" },
    { action: "toPreset", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], group: "page" },
    { action: "learn", keys: ["p"], group: "page" },
    { action: "reportFault", keys: ["f"], group: "page" },
  ],
  map: [
    ...ROWS,
    { action: "closer", keys: ["+", "="], group: "page" },
    { action: "farther", keys: ["-"], group: "page" },
    { action: "whole", keys: ["0"], group: "page" },
  ],
  wall: [
    ...ROWS,
    { action: "macro", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], group: "page" },
    { action: "whole", keys: ["0"], group: "page" },
    { action: "toScreen", keys: ["p"], group: "page" },
  ],
  screens: [
    ...ROWS,
    { action: "screen", keys: ["1", "2", "3", "4"], group: "page" },
    { action: "chooseCamera", keys: ["c"], group: "page" },
    { action: "dark", keys: ["d"], group: "page" },
  ],
  handover: [
    ...ROWS,
    { action: "note", keys: ["n"], group: "page" },
    { action: "colleague", keys: ["c"], group: "page" },
    { action: "send", keys: ["s"], group: "page" },
    { action: "report", keys: ["d"], group: "page" },
  ],
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
    { action: "versions", keys: ["r"], group: "page" },
  ],
  tables: [
    ...ROWS,
    { action: "addRow", keys: ["n"], group: "page" },
    { action: "undoDraw", keys: ["u"], group: "page" },
    { action: "redoDraw", keys: ["y"], group: "page" },
    { action: "saveZones", keys: ["s"], group: "page" },
  ],
  signals: [...ROWS, { action: "period", keys: ["1", "2", "3"], group: "page" }],
  benchmarks: [
    ...ROWS,
    { action: "toList", keys: ["n"], group: "page" },
    { action: "compareWith", keys: ["c"], group: "page" },
  ],
  profile: [
    { action: "ownPassword", keys: ["p"], group: "page" },
    { action: "secondFactor", keys: ["n"], group: "page" },
    { action: "scheme", keys: ["d"], group: "page" },
    { action: "soundOn", keys: ["s"], group: "page" },
    { action: "tryP1", keys: ["1"], group: "page" },
    { action: "tryP2", keys: ["2"], group: "page" },
    { action: "everywhere", keys: ["x"], group: "page" },
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
export function bindingsOn(page: PlaceName, role: Role): readonly PageBinding[] {
  const elsewhere = ANYWHERE.filter(
    ({ action }) => !isOtherPage(action) || (action !== page && hasPage(role, action)),
  );
  return [...(OWN[page] ?? []), ...elsewhere];
}

function isOtherPage(action: PageBinding["action"]): action is Exclude<PageName, "queue"> {
  return isPage(action);
}

/** While a person types only Escape does something: it leaves the field. */
export function pageActionFor(bindings: readonly PageBinding[], stroke: Stroke, focus: Focus): PageAction | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null;
  if (focus === "text") return stroke.key === "Escape" ? "leave" : null;
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  const action = bindings.find(({ keys }) => keys.includes(key))?.action ?? null;
  return action !== null && stroke.repeat && !REPEATABLE.includes(action) ? null : action;
}
