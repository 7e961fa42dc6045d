/** Keeps the list still under a person's eyes and hand while the world changes. */

export interface Reconciled {
  /** Ids to show, in this order. */
  ids: readonly string[];
  /** How many incidents wait to be let in. */
  waiting: number;
}

interface Circumstances {
  /** The person is somewhere in the list: nothing may come or go. */
  hold: boolean;
  /** Id that stays in any case, because it is chosen. */
  keep: string | null;
}

/**
 * What to show, given what is shown and what the server lists now (both in the order that was asked for, without doubles).
 *
 * While held, only incidents below the last one shown are added (the person asked for more). Otherwise the
 * order of the server counts, and `keep` stays at its place even when it is no longer listed.
 */
export function reconcile(
  shown: readonly string[],
  listed: readonly string[],
  { hold, keep }: Circumstances,
): Reconciled {
  if (shown.length === 0) return { ids: listed, waiting: 0 };
  const isShown = new Set(shown);
  if (hold) {
    const lastShown = listed.findLastIndex((id) => isShown.has(id));
    const below = lastShown === -1 ? [] : listed.slice(lastShown + 1);
    const waiting = listed.filter((id) => !isShown.has(id)).length - below.length;
    return { ids: below.length === 0 ? shown : [...shown, ...below], waiting };
  }
  if (keep === null || !isShown.has(keep) || listed.includes(keep)) return { ids: listed, waiting: 0 };
  return { ids: withKept(shown, listed, keep), waiting: 0 };
}

/** Puts `keep` behind the nearest incident that was above it and is still listed. */
function withKept(shown: readonly string[], listed: readonly string[], keep: string): string[] {
  const above = shown.slice(0, shown.indexOf(keep));
  const anchor = above.findLast((id) => listed.includes(id));
  if (anchor !== undefined) return listed.toSpliced(listed.indexOf(anchor) + 1, 0, keep);
  const below = shown.slice(shown.indexOf(keep) + 1).find((id) => listed.includes(id));
  return listed.toSpliced(below === undefined ? listed.length : listed.indexOf(below), 0, keep);
}

export function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
