import { useQuery, type QueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Incident, IncidentDetail } from "../../api/types";
import { serverNowMs } from "../../time/clock";
import { pollEveryMs, useLive } from "../live/liveContext";

export function incidentKey(id: string) {
  return ["incident", id] as const;
}

export function fetchIncident(id: string, signal?: AbortSignal): Promise<IncidentDetail> {
  const params = { path: { incident_id: id } };
  return bodyOf(api.GET("/api/v1/incidents/{incident_id}", { params, ...(signal && { signal }) }));
}

/** When a claim runs out nobody sends an event, yet other people may do other things from then on. */
function untilClaimEndsMs(incident: Incident | undefined): number {
  if (incident?.state !== "claimed" || incident.claim_until === null) return Infinity;
  const leftMs = Date.parse(incident.claim_until) - serverNowMs();
  return leftMs > 0 ? leftMs + 500 : Infinity;
}

export function useIncident(id: string | null) {
  const live = useLive();
  return useQuery({
    queryKey: incidentKey(id ?? ""),
    enabled: id !== null,
    queryFn: ({ signal }) => fetchIncident(id ?? "", signal),
    refetchInterval: (query) => Math.min(pollEveryMs(live), untilClaimEndsMs(query.state.data)),
  });
}

/** Asks again for one incident and for every list. */
export function refetchIncident(queryClient: QueryClient, id: string): void {
  void queryClient.invalidateQueries({ queryKey: incidentKey(id) });
  void queryClient.invalidateQueries({ queryKey: ["incidents"] });
  void queryClient.invalidateQueries({ queryKey: ["lanes"] });
}
