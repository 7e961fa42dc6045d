/** The second factor of the person who is signed in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import { sessionQuery } from "../session/useSession";

const STATE = ["second-factor"];

export function useSecondFactor() {
  return useQuery({
    queryKey: STATE,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/session/totp", { signal })),
  });
}

/** Asks for a secret; each time another one, so only when a person says so. */
export function useEnrol() {
  return useMutation({ gcTime: 0, mutationFn: () => bodyOf(api.POST("/api/v1/session/totp")) });
}

export function useConfirm() {
  return useMutation({
    gcTime: 0,
    mutationFn: (code: string) => bodyOf(api.POST("/api/v1/session/totp/confirm", { body: { code } })),
  });
}

/** Once the recovery codes were kept: what was closed without a second factor is open from here on. */
export function useEnrolled(): () => void {
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: STATE });
  };
}
