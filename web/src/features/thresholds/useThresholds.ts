/** Thresholds, what decisions propose, and what a supervisor decides about them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { ThresholdPlace } from "../../api/types";
import type { Did } from "./words";

const ASK_EVERY_MS = 30_000;

export function useThresholds() {
  return useQuery({
    queryKey: ["thresholds"],
    refetchInterval: ASK_EVERY_MS,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/thresholds", { signal })),
  });
}

export interface Decided {
  did: Did;
  place: ThresholdPlace;
  note: string;
}

export function useDecide() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ did, place, note }: Decided): Promise<ThresholdPlace> => {
      const { camera, zone, kind, version } = place;
      const seen = { camera, zone, kind, version, note };
      if (did === "undo") return bodyOf(api.POST("/api/v1/thresholds/undo", { body: seen }));
      const body = { ...seen, threshold: place.proposal?.threshold ?? place.threshold };
      return did === "approve"
        ? bodyOf(api.POST("/api/v1/thresholds/approve", { body }))
        : bodyOf(api.POST("/api/v1/thresholds/decline", { body }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["thresholds"] }),
  });
}

export function idOf({ camera, zone, kind }: Pick<ThresholdPlace, "camera" | "zone" | "kind">): string {
  return JSON.stringify([camera, zone, kind]);
}
