/** Who is signed in. `null` means nobody; the page stays in the address, so that signing in goes on there. */
import { queryOptions, useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { api, bodyOf, onMustEnrol, onSignedOut, setCsrfToken } from "../../api/client";
import { ApiProblem } from "../../api/problems";
import type { Credentials, SecondStep, Session } from "../../api/types";
import { serverNowMs } from "../../time/clock";
import { forgetSsoOutcome, SIGNED_IN } from "./sso";

const ASK_AGAIN_MS = 5000;

/** Browsers hold timers in 32 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: Infinity,
  refetchInterval: (query) => (query.state.status === "error" ? ASK_AGAIN_MS : false),
  queryFn: async (): Promise<Session | null> => {
    if (localStorage.getItem(SIGNED_IN) === null) return null;
    try {
      return remember(await bodyOf(api.GET("/api/v1/session")));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== "not_signed_in") throw error;
      forget();
      return null;
    }
  },
});

function remember(session: Session): Session {
  forgetSsoOutcome();
  setCsrfToken(session.csrf_token);
  localStorage.setItem(SIGNED_IN, session.user.username);
  return session;
}

function forget(): void {
  setCsrfToken(null);
  localStorage.removeItem(SIGNED_IN);
}

export function useSession() {
  const queryClient = useQueryClient();
  const query = useQuery(sessionQuery);
  const expiresAt = query.data?.expires_at;

  useEffect(() => {
    onSignedOut(() => {
      forget();
      queryClient.setQueryData(sessionQuery.queryKey, null);
    });
    onMustEnrol(() => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }));
  }, [queryClient]);

  useEffect(() => {
    if (expiresAt === undefined) return;
    const leftMs = Math.max(1000, Date.parse(expiresAt) - serverNowMs() + 500);
    const timer = window.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      Math.min(leftMs, LONGEST_TIMER_MS),
    );
    return () => window.clearTimeout(timer);
  }, [expiresAt, queryClient]);

  return query;
}

export function useSignIn() {
  return useOpening((body: Credentials) => bodyOf(api.POST("/api/v1/session", { body })));
}

/** The second factor of who came through the identity provider. */
export function useSsoCode() {
  return useOpening((body: SecondStep) => bodyOf(api.POST("/api/v1/session/sso/code", { body })));
}

function useOpening<Body>(mutationFn: (body: Body) => Promise<Session>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: (session) => {
      // What the person before saw (and was allowed to do) is not for this one.
      queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      queryClient.setQueryData(sessionQuery.queryKey, remember(session));
    },
  });
}

const SIGN_OUT_KEY = ["sign-out"] as const;

export function useSignOut() {
  return useLeaving(() => bodyOf(api.DELETE("/api/v1/session")));
}

export function useSignOutEverywhere() {
  return useLeaving(() => bodyOf(api.DELETE("/api/v1/session/everywhere")));
}

/** Whether somebody is signing out: nothing more may be asked in their name. */
export function useIsLeaving(): boolean {
  return useIsMutating({ mutationKey: SIGN_OUT_KEY }) > 0;
}

function useLeaving<Answer>(mutationFn: () => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationKey: SIGN_OUT_KEY,
    mutationFn,
    onMutate: () => queryClient.cancelQueries(),
    onSuccess: () => {
      forget();
      queryClient.setQueryData(sessionQuery.queryKey, null);
    },
  });
}
