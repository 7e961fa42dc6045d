import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Camera } from "../../api/types";
import { pollEveryMs, useLive } from "../live/liveContext";

export function useCameras() {
  const live = useLive();
  return useQuery({
    queryKey: ["cameras"],
    refetchInterval: pollEveryMs(live),
    queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/cameras", { signal }))).items,
  });
}

/** The name that people gave a camera; its id where there is none. */
export function nameOf(cameras: readonly Camera[] | undefined, id: string): string {
  return cameras?.find((camera) => camera.id === id)?.name ?? id;
}

const URGENCY = { offline: 0, starting: 1, online: 3 } satisfies Record<Camera["state"], number>;
const NOT_WATCHING = 2;

/** Pictures come, and rules do not look at them. */
export function isBlind(camera: Camera): boolean {
  return camera.state === "online" && camera.not_watching !== null;
}

function urgency(camera: Camera): number {
  return isBlind(camera) ? NOT_WATCHING : URGENCY[camera.state];
}

/** Those that are not watched first; then by name. */
export function byUrgency(cameras: readonly Camera[]): Camera[] {
  return [...cameras].sort((a, b) => urgency(a) - urgency(b) || a.name.localeCompare(b.name));
}
