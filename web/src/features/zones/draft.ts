/** What a supervisor draws before it is saved, with all steps back and forth. */
import { useReducer } from "react";

import type { ZoneDocument } from "./document";

const MOST_STEPS = 200;

export interface Draft {
  document: ZoneDocument;
  /** The version that it was begun from, and what stood there. */
  version: number;
  base: ZoneDocument;
  past: readonly ZoneDocument[];
  future: readonly ZoneDocument[];
  /** Steps of the same sort in a row, as those of a drag, are one. */
  last: string | null;
}

export type DraftAction =
  | { do: "begin"; document: ZoneDocument; version: number }
  | { do: "change"; document: ZoneDocument; sort?: string }
  | { do: "rest" }
  | { do: "undo" }
  | { do: "redo" };

export function begin(document: ZoneDocument, version: number): Draft {
  return { document, version, base: document, past: [], future: [], last: null };
}

export function step(draft: Draft, action: DraftAction): Draft {
  const { document, past, future, last } = draft;
  switch (action.do) {
    case "begin":
      return begin(action.document, action.version);
    case "rest":
      return { ...draft, last: null };
    case "change": {
      const sort = action.sort ?? null;
      const goesOn = sort !== null && sort === last;
      return {
        ...draft,
        document: action.document,
        past: goesOn ? past : [...past.slice(1 - MOST_STEPS), document],
        future: [],
        last: sort,
      };
    }
    case "undo": {
      const before = past.at(-1);
      if (before === undefined) return draft;
      return { ...draft, document: before, past: past.slice(0, -1), future: [document, ...future], last: null };
    }
    case "redo": {
      const [after, ...rest] = future;
      if (after === undefined) return draft;
      return { ...draft, document: after, past: [...past, document], future: rest, last: null };
    }
  }
}

export function isChanged({ document, base }: Draft): boolean {
  return JSON.stringify(document) !== JSON.stringify(base);
}

export function useDraft(document: ZoneDocument, version: number) {
  return useReducer(step, null, () => begin(document, version));
}
