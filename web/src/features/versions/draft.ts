/** What a supervisor changes before it is saved, with all steps back and forth. */
import { useReducer } from "react";

const MOST_STEPS = 200;

export interface Draft<Document> {
  document: Document;
  /** The version that it was begun from, and what stood there. */
  version: number;
  base: Document;
  past: readonly Document[];
  future: readonly Document[];
  /** Steps of the same sort in a row, as those of a drag, are one. */
  last: string | null;
}

export type DraftAction<Document> =
  | { do: "begin"; document: Document; version: number }
  | { do: "change"; document: Document; sort?: string }
  | { do: "rest" }
  | { do: "undo" }
  | { do: "redo" };

export function begin<Document>(document: Document, version: number): Draft<Document> {
  return { document, version, base: document, past: [], future: [], last: null };
}

export function step<Document>(draft: Draft<Document>, action: DraftAction<Document>): Draft<Document> {
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

export function isChanged<Document>({ document, base }: Draft<Document>): boolean {
  return JSON.stringify(document) !== JSON.stringify(base);
}

export function useDraft<Document>(document: Document, version: number) {
  return useReducer(step<Document>, null, () => begin(document, version));
}
