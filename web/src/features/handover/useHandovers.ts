/** What one shift leaves to the next. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Handover, HandoverList, Role } from "../../api/types";

const KEY = ["handovers"] as const;
const ASK_EVERY_MS = 30_000;
const WATCHERS: readonly Role[] = ["observer", "supervisor"];

export function useHandovers(role: Role): { list: HandoverList | undefined; unread: readonly Handover[]; error: Error | null } {
  const { data, error } = useQuery({
    queryKey: KEY,
    enabled: WATCHERS.includes(role),
    refetchInterval: ASK_EVERY_MS,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/handovers", { signal })),
  });
  return { list: data, unread: unreadOf(data), error };
}

/** What has something to read in it, oldest first: the order in which it happened. */
export function unreadOf(list: HandoverList | undefined): readonly Handover[] {
  return (list?.items ?? []).filter(({ read, note }) => !read && note.trim() !== "").toReversed();
}

export function useReadHandovers() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (notes: readonly Handover[]) => {
      for (const { id } of notes) {
        await bodyOf(api.POST("/api/v1/handovers/{handover_id}/read", { params: { path: { handover_id: id } } }));
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}

export function useHandOver() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { to: string | null; note: string }) => bodyOf(api.POST("/api/v1/handovers", { body })),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: KEY });
      void queryClient.invalidateQueries({ queryKey: ["lanes"] });
      void queryClient.invalidateQueries({ queryKey: ["standing"] });
      void queryClient.invalidateQueries({ queryKey: ["incidents"] });
    },
  });
}
