/** How far messages to recipients outside got, in the order in which somebody should look at them. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Delivery, Role } from "../../api/types";
import { refetchIncident } from "./useIncident";

const ORDER = ["dead", "failed", "pending", "delivered"] as const satisfies readonly Delivery["state"][];

/** What went wrong first, then what is under way; the newest first among equals. */
export function inOrder(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.toSorted(
    (one, other) =>
      ORDER.indexOf(one.state) - ORDER.indexOf(other.state) ||
      Date.parse(other.created_at) - Date.parse(one.created_at),
  );
}

/** Who may send once more what was given up. */
export function mayRetry(role: Role, delivery: Pick<Delivery, "state">): boolean {
  return role === "supervisor" && delivery.state === "dead";
}

export function useRetry(incident: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      bodyOf(api.POST("/api/v1/deliveries/{delivery_id}/retry", { params: { path: { delivery_id: id } } })),
    onSettled: () => refetchIncident(queryClient, incident),
  });
}
