/** Faults of cameras that people reported: their tickets, and how they ended. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { CameraFault, FaultChange, NewFault } from "../../api/types";

/** No event tells of them, and nobody waits for one. */
const EVERY_MS = 30_000;
const FAULTS = ["faults"] as const;

export function useFaults() {
  return useQuery({
    queryKey: FAULTS,
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/faults", { signal }))).items,
  });
}

export function useReportFault() {
  return useFaultOrder((body: NewFault) => bodyOf(api.POST("/api/v1/faults", { body })));
}

export function useChangeFault() {
  return useFaultOrder(({ id, body }: { id: number; body: FaultChange }) =>
    bodyOf(api.PUT("/api/v1/faults/{fault_id}", { params: { path: { fault_id: id } }, body })),
  );
}

/** Whatever came of it, the list is asked for again: a colleague may have been first. */
function useFaultOrder<Order>(mutationFn: (order: Order) => Promise<CameraFault>) {
  const queryClient = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => queryClient.invalidateQueries({ queryKey: FAULTS }) });
}

export function openFaultsOf(faults: readonly CameraFault[] | undefined, camera: string): readonly CameraFault[] {
  return (faults ?? []).filter((one) => one.camera === camera && one.ended_at === null);
}
