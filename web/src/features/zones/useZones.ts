/** Zones of the cameras of the site: as they hold, their versions, and what is tried before it is saved. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { CameraSnapshot, Drawing, DrawingFault, DryRunStep } from "../../api/types";
import type { ZoneDocument } from "./document";

export function useDrawnCameras() {
  return useQuery({
    queryKey: ["drawings"],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/zones", { signal })),
  });
}

function drawingKey(camera: string): readonly string[] {
  return ["drawings", camera];
}

export function useDrawing(camera: string) {
  return useQuery({
    queryKey: drawingKey(camera),
    enabled: camera !== "",
    // What is drawn begins from what was fetched; a newer version shows when it is saved.
    staleTime: Infinity,
    gcTime: 0,
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/zones/{camera_id}", { signal, params: { path: { camera_id: camera } } })),
  });
}

/** The zones of a version. */
export async function fetchEarlier(camera: string, version: number, signal: AbortSignal): Promise<ZoneDocument> {
  const path = { camera_id: camera, version };
  const earlier = await bodyOf(api.GET("/api/v1/zones/{camera_id}/versions/{version}", { signal, params: { path } }));
  return earlier.document as unknown as ZoneDocument;
}

const WAIT_MS = 300;

/** What the server finds wrong; asked a moment after the last change. */
export function useFaults(camera: string, document: ZoneDocument) {
  return useQuery({
    queryKey: ["drawing-faults", camera, JSON.stringify(document)],
    gcTime: 0,
    queryFn: async ({ signal }): Promise<DrawingFault[]> => {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      signal.throwIfAborted();
      const path = { camera_id: camera };
      const body = { document: { ...document } };
      return (await bodyOf(api.POST("/api/v1/zones/{camera_id}/check", { signal, params: { path }, body }))).faults;
    },
  });
}

export interface Saved {
  document: ZoneDocument;
  version: number;
  note: string;
}

export function useSaveDrawing(camera: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ document, version, note }: Saved): Promise<Drawing> =>
      bodyOf(
        api.PUT("/api/v1/zones/{camera_id}", {
          params: { path: { camera_id: camera } },
          body: { document: { ...document }, version, note },
        }),
      ),
    onSuccess: (drawing) => queryClient.setQueryData(drawingKey(camera), drawing),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["zones", camera] }),
  });
}

export function useLivePicture(camera: string) {
  return useMutation({
    mutationFn: (): Promise<CameraSnapshot> =>
      bodyOf(api.POST("/api/v1/cameras/{camera_id}/snapshots", { params: { path: { camera_id: camera } } })),
  });
}

export interface Trial {
  document: ZoneDocument;
  days: number;
  limit_s: number;
}

/** Tells every line of a dry run to `onStep` until it ends, or `signal` says that nobody waits for it. */
export async function tryZones(
  camera: string,
  trial: Trial,
  signal: AbortSignal,
  onStep: (step: DryRunStep) => void,
): Promise<void> {
  const { document, ...rest } = trial;
  const stream: unknown = await bodyOf(
    api.POST("/api/v1/zones/{camera_id}/dry-run", {
      signal,
      params: { path: { camera_id: camera } },
      body: { document: { ...document }, ...rest },
      parseAs: "stream",
    }),
  );
  if (!(stream instanceof ReadableStream)) return;
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let left = ""; // of a line that has not come whole yet
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (left + decoder.decode(value, { stream: true })).split("\n");
    left = lines.pop() ?? "";
    for (const line of lines) onStep(JSON.parse(line) as DryRunStep);
  }
}
