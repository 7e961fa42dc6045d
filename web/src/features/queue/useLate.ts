/** What should have been looked at, decided or answered by now: counted for the supervisor. */
import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Role } from "../../api/types";

/** Time alone makes something late: no event tells of it. */
export const LATE_EVERY_MS = 5000;

/** More are not counted one by one: the list behind it is long enough then. */
const COUNTED = 20;

export interface Late {
  count: number;
  more: boolean;
}

export function useLate(role: Role): Late {
  const { data } = useQuery({
    queryKey: ["late"],
    enabled: role === "supervisor",
    refetchInterval: LATE_EVERY_MS,
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/incidents", { params: { query: { overdue: true, limit: COUNTED } }, signal })),
  });
  return { count: data?.items.length ?? 0, more: data?.after != null };
}
