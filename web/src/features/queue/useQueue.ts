import { infiniteQueryOptions, useInfiniteQuery, type Query, type QueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { api, bodyOf } from "../../api/client";
import type { Incident } from "../../api/types";
import { pollEveryMs, useLive } from "../live/liveContext";
import { LISTS_KEY, runsLong, runsShort, sizeAgain, withNews, type Pages } from "./pages";
import { reconcile, sameIds } from "./reconcile";
import { hasPage } from "../pages/pages";
import { sessionQuery } from "../session/useSession";
import { firstViewOf, readFilter, STATES_OF_VIEW, type Filter } from "./useFilter";
import { LATE_EVERY_MS } from "./useLate";

const PAGE_SIZE = 50;

/** So many changes at once are not asked for one by one. */
const MOST_CHANGES = 20;

function queryOf(filter: Filter) {
  return {
    state: [...STATES_OF_VIEW[filter.view]],
    ...(filter.view === "held" && { held: true }),
    ...(filter.view === "late" && { overdue: true }),
    ...(filter.kind !== null && { kind: [filter.kind] }),
    ...(filter.camera !== null && { camera: [filter.camera] }),
    ...(filter.priority !== null && { suggested_priority: [filter.priority] }),
    ...(filter.sort !== "newest" && { sort: filter.sort }),
  };
}

function sizeOf(pages: Pages | undefined, after: string | null): number {
  const at = pages?.pageParams.indexOf(after) ?? -1;
  return sizeAgain(pages?.pages[at]?.items.length ?? 0, PAGE_SIZE);
}

function listOf(filter: Filter) {
  return infiniteQueryOptions({
    queryKey: [...LISTS_KEY, filter],
    initialPageParam: null as string | null,
    queryFn: ({ client, queryKey, pageParam, signal }) => {
      const limit = sizeOf(client.getQueryData<Pages>(queryKey), pageParam);
      const query = { ...queryOf(filter), limit, ...(pageParam !== null && { after: pageParam }) };
      return bodyOf(api.GET("/api/v1/incidents", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.after,
  });
}

function useListed(filter: Filter) {
  const live = useLive();
  return useInfiniteQuery({
    ...listOf(filter),
    refetchInterval: filter.view === "late" ? LATE_EVERY_MS : pollEveryMs(live),
  });
}

/** Asks who is here, and for their queue, while the page is still being put together. */
export async function askFirst(queryClient: QueryClient): Promise<void> {
  const unknown = () => null; // the page asks again, and tells what is wrong
  const session = await queryClient.query(sessionQuery).catch(unknown);
  if (session === null || session.must_enrol || window.location.pathname !== "/" || !hasPage(session.user.role, "queue")) return;
  const filter = readFilter(new URLSearchParams(window.location.search), firstViewOf(session.user.role));
  await queryClient.infiniteQuery(listOf(filter)).catch(unknown);
}

/** Brings the lists up to date with what happened to some incidents: those on the screen now, the others when they are. */
export async function followInLists(queryClient: QueryClient, touched: readonly string[], signal: AbortSignal): Promise<void> {
  const lists = queryClient.getQueryCache().findAll({ queryKey: LISTS_KEY });
  const follow = async ({ queryKey, state }: Query): Promise<void> => {
    const again = () => queryClient.invalidateQueries({ queryKey, exact: true });
    if (state.data === undefined || state.fetchStatus !== "idle" || touched.length > MOST_CHANGES) return again();
    const filter = queryKey[LISTS_KEY.length] as Filter;
    try {
      const query = { ...queryOf(filter), id: [...touched], limit: MOST_CHANGES };
      const { items } = await bodyOf(api.GET("/api/v1/incidents", { params: { query }, signal }));
      const pages = queryClient.setQueryData<Pages>(queryKey, (pages) => pages && withNews(pages, touched, items, filter.sort));
      if (pages !== undefined && (runsShort(pages, PAGE_SIZE) || runsLong(pages, PAGE_SIZE))) await again();
    } catch {
      if (!signal.aborted) await again(); // which tells what is wrong
    }
  };
  await Promise.all(
    lists.map((list) => (list.isActive() ? follow(list) : queryClient.invalidateQueries({ queryKey: list.queryKey, exact: true }))),
  );
}

/**
 * The incidents to show. `hold`: nothing may move now. `keep`: id of the chosen one, which never leaves by itself.
 */
export function useQueue(filter: Filter, hold: boolean, keep: string | null) {
  const query = useListed(filter);
  const key = JSON.stringify(filter);
  const [shown, setShown] = useState<{ key: string; ids: readonly string[] }>({ key, ids: [] });

  const listed = useMemo(() => {
    const items = query.data?.pages.flatMap((page) => page.items) ?? [];
    return new Map<string, Incident>(items.map((incident) => [incident.id, incident]));
  }, [query.data]);

  const before = shown.key === key ? shown.ids : [];
  const { ids, waiting } = reconcile(before, [...listed.keys()], { hold, keep });
  if (shown.key !== key || !sameIds(ids, shown.ids)) setShown({ key, ids });

  /** Lets in what waits and drops what is done. */
  function refresh(): void {
    setShown({ key, ids: [...listed.keys()] });
  }

  /** Drops what is no longer listed, but not `target`: the person moves on by key, so nothing is in the way. */
  function tidy(target: string): void {
    setShown({ key, ids: ids.filter((id) => listed.has(id) || id === target) });
  }

  return { query, ids, listed, waiting, refresh, tidy };
}
