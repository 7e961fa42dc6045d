/** What the alert budget holds back, and letting one through. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Budget, Incident, Role } from "../../api/types";
import { refetchIncident } from "../incident/useIncident";

const ASK_EVERY_MS = 5000;

const WATCHERS: readonly Role[] = ["observer", "supervisor"];

/** Undefined for who does not watch, and until it is known. */
export function useBudget(role: Role): Budget | undefined {
  const { data } = useQuery({
    queryKey: ["budget"],
    enabled: WATCHERS.includes(role),
    refetchInterval: ASK_EVERY_MS,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/budget", { signal })),
  });
  return data;
}

export function heldIn(budget: Budget | undefined): number {
  return budget?.held.reduce((sum, { count }) => sum + count, 0) ?? 0;
}

export function useLetThrough() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string): Promise<Incident> =>
      bodyOf(api.POST("/api/v1/incidents/{incident_id}/let-through", { params: { path: { incident_id: id } } })),
    onSettled: (_incident, _error, id) => {
      refetchIncident(queryClient, id);
      void queryClient.invalidateQueries({ queryKey: ["budget"] });
    },
  });
}
