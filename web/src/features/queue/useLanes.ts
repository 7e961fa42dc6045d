/** How much is open of each priority, whatever the list shows now. */
import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Lane, Role } from "../../api/types";
import { pollEveryMs, useLive } from "../live/liveContext";

const WATCHERS: readonly Role[] = ["observer", "supervisor"];

export const LANES_KEY = ["lanes"] as const;

/** Undefined for who does not watch, and until it is known. */
export function useLanes(role: Role): readonly Lane[] | undefined {
  const live = useLive();
  const { data } = useQuery({
    queryKey: LANES_KEY,
    enabled: WATCHERS.includes(role),
    refetchInterval: pollEveryMs(live),
    queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/lanes", { signal }))).items,
  });
  return data;
}
