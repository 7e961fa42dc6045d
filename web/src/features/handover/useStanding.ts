/** How things stand at the change of shifts. */
import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Incident } from "../../api/types";
import { pollEveryMs, useLive } from "../live/liveContext";
import { STATES_OF_VIEW } from "../queue/useFilter";

/** More of them are not read one by one. */
const MOST = 200;

export interface Standing {
  /** Claimed by this person. */
  mine: readonly Incident[];
  /** Somebody was told, and has not done with it. */
  told: readonly Incident[];
}

export function useStanding(username: string) {
  const live = useLive();
  return useQuery({
    queryKey: ["standing", username],
    refetchInterval: pollEveryMs(live),
    queryFn: async ({ signal }): Promise<Standing> => {
      const list = (state: Incident["state"][]) =>
        bodyOf(api.GET("/api/v1/incidents", { params: { query: { state, limit: MOST } }, signal }));
      const [claimed, told] = await Promise.all([list(["claimed"]), list([...STATES_OF_VIEW.told])]);
      return { mine: claimed.items.filter(({ claimed_by: name }) => name === username), told: told.items };
    },
  });
}
