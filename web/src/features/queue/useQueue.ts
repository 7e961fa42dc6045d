import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { api, bodyOf } from "../../api/client";
import type { Incident } from "../../api/types";
import { pollEveryMs, useLive } from "../live/liveContext";
import { reconcile, sameIds } from "./reconcile";
import { STATES_OF_VIEW, type Filter } from "./useFilter";
import { LATE_EVERY_MS } from "./useLate";

const PAGE_SIZE = 50;

function useListed(filter: Filter) {
  const live = useLive();
  return useInfiniteQuery({
    queryKey: ["incidents", filter],
    refetchInterval: filter.view === "late" ? LATE_EVERY_MS : pollEveryMs(live),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        state: [...STATES_OF_VIEW[filter.view]],
        limit: PAGE_SIZE,
        ...(filter.view === "held" && { held: true }),
        ...(filter.view === "late" && { overdue: true }),
        ...(filter.kind !== null && { kind: [filter.kind] }),
        ...(filter.camera !== null && { camera: [filter.camera] }),
        ...(filter.priority !== null && { suggested_priority: [filter.priority] }),
        ...(filter.sort !== "newest" && { sort: filter.sort }),
        ...(pageParam !== null && { after: pageParam }),
      };
      return bodyOf(api.GET("/api/v1/incidents", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.after,
  });
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
