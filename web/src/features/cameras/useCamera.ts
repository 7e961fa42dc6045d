/** One camera: who steers it, its presets, what was watched, and its last suggestion. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Control, Move, Role, Variant } from "../../api/types";

/** Others may take a camera too, and no event tells. */
const CONTROL_EVERY_MS = 3000;
const WATCHED_EVERY_MS = 15_000;

const MAY_LEARN: readonly Role[] = ["supervisor", "operator"];
const MAY_STEER: readonly Role[] = ["observer", "supervisor", "control_room"];

export function mayLearn(role: Role): boolean {
  return MAY_LEARN.includes(role);
}

export function maySteer(role: Role): boolean {
  return MAY_STEER.includes(role);
}

function at(camera: string) {
  return { params: { path: { camera_id: camera } } };
}

export function useControl(camera: string, enabled: boolean) {
  return useQuery({
    queryKey: ["control", camera],
    enabled,
    refetchInterval: CONTROL_EVERY_MS,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/cameras/{camera_id}/control", { ...at(camera), signal })),
  });
}

export function useStoredPresets(camera: string, enabled: boolean) {
  return useQuery({
    queryKey: ["presets", camera],
    enabled,
    retry: false,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/cameras/{camera_id}/presets", { ...at(camera), signal })),
  });
}

/** What changes who has it; the answer says who has it then. */
function useControlling<Order>(camera: string, mutationFn: (order: Order) => Promise<Control | undefined>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    // An answer to an earlier question would tell of before.
    onMutate: () => queryClient.cancelQueries({ queryKey: ["control", camera] }),
    onSuccess: (control) => {
      queryClient.setQueryData(["control", camera], control ?? { holder: null, until: null });
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: ["control", camera] }),
  });
}

export function useTake(camera: string) {
  return useControlling(camera, (takeover: boolean) =>
    bodyOf(api.POST("/api/v1/cameras/{camera_id}/control/take", { ...at(camera), body: { takeover } })),
  );
}

export function useGiveBack(camera: string) {
  return useControlling<undefined>(camera, async () => {
    await bodyOf(api.POST("/api/v1/cameras/{camera_id}/control/give-back", at(camera)));
    return undefined;
  });
}

export function useMove(camera: string) {
  return useControlling(camera, (body: Move) =>
    bodyOf(api.POST("/api/v1/cameras/{camera_id}/control/move", { ...at(camera), body })),
  );
}

export function useWatched(camera: string) {
  return useQuery({
    queryKey: ["watched", camera],
    refetchInterval: WATCHED_EVERY_MS,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/cameras/{camera_id}/watched", { ...at(camera), signal })),
  });
}

/** The newest suggestion of a camera, for roles that have a queue. */
export function useLastSuggestion(camera: string, enabled: boolean) {
  return useQuery({
    queryKey: ["incidents", "last", camera],
    enabled,
    queryFn: async ({ signal }) => {
      const query = { camera: [camera], limit: 1 };
      return (await bodyOf(api.GET("/api/v1/incidents", { params: { query }, signal }))).items[0] ?? null;
    },
  });
}

export function useLooks(camera: string) {
  return useQuery({
    queryKey: ["looks", camera],
    queryFn: async ({ signal }) =>
      (await bodyOf(api.GET("/api/v1/cameras/{camera_id}/looks", { ...at(camera), signal }))).items,
  });
}

export function useLearn(camera: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ preset, variant }: { preset: string; variant: Variant }) =>
      bodyOf(
        api.POST("/api/v1/cameras/{camera_id}/presets/{preset_id}/learn", {
          params: { path: { camera_id: camera, preset_id: preset } },
          body: { variant },
        }),
      ),
    onSettled: () =>
      queryClient.invalidateQueries({
        predicate: ({ queryKey: [what, of] }) => of === camera && (what === "looks" || what === "presets" || what === "control"),
      }),
  });
}

/** `version` makes the browser ask again after learning. */
export function referenceUrl(camera: string, preset: string, variant: Variant, version: number): string {
  const path = `/api/v1/cameras/${encodeURIComponent(camera)}/presets/${encodeURIComponent(preset)}/reference`;
  return `${path}?variant=${variant}&v=${String(version)}`;
}
