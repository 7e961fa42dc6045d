import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import { pollEveryMs, useLive } from "../live/liveContext";

/** The map changes with the site file only, which is read when the service starts. */
export function useMap() {
  return useQuery({
    queryKey: ["map"],
    staleTime: Infinity,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/map", { signal })),
  });
}

/** What waits at each camera. */
export function useLoad() {
  const live = useLive();
  return useQuery({
    queryKey: ["load"],
    refetchInterval: pollEveryMs(live),
    queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/load", { signal }))).items,
  });
}
