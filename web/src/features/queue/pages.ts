/** The loaded pages of a list, changed where something happened: all of them again would take longer than a key may. */
import type { InfiniteData } from "@tanstack/react-query";

import type { Incident, IncidentPage, Sort } from "../../api/types";
import { LANES } from "./lanes";

export const LISTS_KEY = ["incidents", "list"] as const;

export type Pages = InfiniteData<IncidentPage, string | null>;

/** Negative if `a` stands above `b` in the order of the server. */
export function compare(a: Incident, b: Incident, sort: Sort): number {
  const lane = ({ suggested_priority: priority }: Incident) => LANES.indexOf(priority ?? "none");
  const byLane = sort === "priority" ? lane(a) - lane(b) : 0;
  return byLane || Date.parse(b.raised_at) - Date.parse(a.raised_at) || (a.id < b.id ? 1 : -1);
}

/** With what the server answered in the place of what was known; a list that does not hold it stays as it is. */
export function withAnswer(pages: Pages, incident: Incident): Pages {
  return mapPages(pages, (items) => items.map((item) => (item.id === incident.id ? incident : item)));
}

/**
 * What became of `touched`: `held` are those of them that the list holds now. The others leave it, and what is new stands
 * where the order puts it, unless that is below what is loaded.
 */
export function withNews(pages: Pages, touched: readonly string[], held: readonly Incident[], sort: Sort): Pages {
  const known = new Map(pages.pages.flatMap(({ items }) => items.map((item) => [item.id, item] as const)));
  // An answer to a command may have come in while the list was asked: nothing goes back to a version before.
  const news = held.map((one) => {
    const before = known.get(one.id);
    return before !== undefined && before.version > one.version ? before : one;
  });
  const left = mapPages(pages, (items) => items.filter(({ id }) => !touched.includes(id)));
  const home = (one: Incident) => left.pages.findIndex((page) => isWithin(one, page, sort));
  return mapPages(left, (items, number) => {
    const here = news.filter((one) => home(one) === number);
    return here.length === 0 ? items : [...items, ...here].sort((a, b) => compare(a, b, sort));
  });
}

/** Whether so much of a list was dealt with that what is loaded runs out, while the server has more. */
export function runsShort({ pages }: Pages, pageSize: number): boolean {
  const loaded = pages.reduce((count, { items }) => count + items.length, 0);
  return loaded < pageSize / 2 && pages.at(-1)?.after != null;
}

/** Whether a page has grown by so much that came since that it is better asked for anew, at its first size. */
export function runsLong({ pages }: Pages, pageSize: number): boolean {
  return pages.some(({ items }) => isTooLong(items.length, pageSize));
}

/** How many to ask for in the place of a page that holds so many now, so that the end of what came since does not fall off. */
export function sizeAgain(held: number, pageSize: number): number {
  return isTooLong(held, pageSize) ? pageSize : Math.max(pageSize, held);
}

function isTooLong(held: number, pageSize: number): boolean {
  return held > 1.5 * pageSize;
}

/** Whether it stands in this page or above it; on the last page there is nothing below. */
function isWithin(one: Incident, { items, after }: IncidentPage, sort: Sort): boolean {
  const last = items.at(-1);
  return after === null || (last !== undefined && compare(one, last, sort) < 0);
}

function mapPages(pages: Pages, change: (items: Incident[], number: number) => Incident[]): Pages {
  const items = pages.pages.map((page, number) => ({ ...page, items: change(page.items, number) }));
  return { ...pages, pages: items };
}
