/** Types to choose from, pictures to add, and the entry itself. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { CameraSnapshot, Incident, NewIncident, Role, TypeOfIncident } from "../../api/types";
import { incidentKey } from "../incident/useIncident";

const MOST_SHOWN = 30;

const MAY_ENTER: readonly Role[] = ["observer", "supervisor", "control_room", "enforcement"];
const MAY_LOOK: readonly Role[] = ["observer", "supervisor", "control_room"];

export function mayEnter(role: Role): boolean {
  return MAY_ENTER.includes(role);
}

/** Whether a role may have a picture of a camera as it is now. */
export function mayLook(role: Role): boolean {
  return MAY_LOOK.includes(role);
}

/** One entry, however often it is sent. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The whole catalogue: fetched once, and searched here, so that Enter never takes a choice from before. */
export function useTypes(enabled = true): readonly TypeOfIncident[] {
  const { data } = useQuery({
    queryKey: ["types"],
    enabled,
    staleTime: Infinity,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/types", { signal })),
  });
  return data?.items ?? [];
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

/** As the API searches: all words, in either language; names that begin so first. */
export function findTypes(types: readonly TypeOfIncident[], words: string): TypeOfIncident[] {
  const asked = folded(words);
  const distance = (type: TypeOfIncident) => {
    const names = [folded(type.name.nl), folded(type.name.en)];
    if (names.some((name) => name.startsWith(asked))) return 0;
    return names.some((name) => name.includes(` ${asked}`)) ? 1 : 2;
  };
  const texts = ({ id, name, category_name: category, also }: TypeOfIncident) =>
    folded([id, name.nl, name.en, category.nl, category.en, ...also].join(" "));
  const found = types.filter((type) => asked.split(" ").every((word) => texts(type).includes(word)));
  return found.sort((one, other) => distance(one) - distance(other)).slice(0, MOST_SHOWN);
}

export function useZones(camera: string): readonly string[] {
  const { data } = useQuery({
    queryKey: ["zones", camera],
    enabled: camera !== "",
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/cameras/{camera_id}/zones", { params: { path: { camera_id: camera } }, signal })),
  });
  return data?.items ?? [];
}

export function useSnapshot() {
  return useMutation({
    mutationFn: (camera: string): Promise<CameraSnapshot> =>
      bodyOf(api.POST("/api/v1/cameras/{camera_id}/snapshots", { params: { path: { camera_id: camera } } })),
  });
}

export function snapshotOf(taken: CameraSnapshot): string {
  return `/api/v1/cameras/${encodeURIComponent(taken.camera)}/snapshots/${encodeURIComponent(taken.id)}`;
}

export function useEntry() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ key, entry }: { key: string; entry: NewIncident }): Promise<Incident> =>
      bodyOf(api.POST("/api/v1/incidents", { params: { header: { "idempotency-key": key } }, body: entry })),
    onSuccess: (incident) => {
      void queryClient.invalidateQueries({ queryKey: incidentKey(incident.id) });
      void queryClient.invalidateQueries({ queryKey: ["incidents"] });
    },
  });
}
