/** Which cameras come together, and what the control room is shown. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Screen } from "../../api/types";
import { pollEveryMs, useLive } from "../live/liveContext";

const SCREENS = ["screens"] as const;

export function useMacros() {
  return useQuery({
    queryKey: ["macros"],
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/macros", { signal }))).items,
  });
}

export function useScreens() {
  const live = useLive();
  return useQuery({
    queryKey: SCREENS,
    refetchInterval: pollEveryMs(live),
    queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/screens", { signal }))).items,
  });
}

export interface Putting {
  screen: number;
  /** Null makes it dark. */
  camera: string | null;
}

export function usePutOnScreen() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ screen, camera }: Putting) =>
      (await bodyOf(api.PUT("/api/v1/screens/{screen}", { params: { path: { screen } }, body: { camera } }))).items,
    onSuccess: (items) => queryClient.setQueryData(SCREENS, items),
    onError: () => queryClient.invalidateQueries({ queryKey: SCREENS }),
  });
}

/** The screen for another camera: the first dark one, else the one that has shown the same for the longest time. */
export function nextScreen(screens: readonly Screen[], camera: string): number | null {
  if (screens.some((one) => one.camera === camera)) return null;
  const dark = screens.find((one) => one.camera === null);
  const oldest = screens.toSorted((a, b) => (a.at ?? "").localeCompare(b.at ?? "")).at(0);
  return (dark ?? oldest)?.screen ?? null;
}
