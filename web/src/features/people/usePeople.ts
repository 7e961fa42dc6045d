/** Accounts, and what an administrator does to them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { Rights } from "./rights";

const PEOPLE = ["people"];
const ASK_EVERY_MS = 30_000;

export function usePeople() {
  return useQuery({
    queryKey: PEOPLE,
    refetchInterval: ASK_EVERY_MS,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/people", { signal })),
  });
}

/** Where a person is signed in. */
export function useOpenSessions(id: number) {
  return useQuery({
    queryKey: [...PEOPLE, id, "sessions"],
    refetchInterval: ASK_EVERY_MS,
    queryFn: async ({ signal }) => {
      const path = { person_id: id };
      return (await bodyOf(api.GET("/api/v1/people/{person_id}/sessions", { params: { path }, signal }))).items;
    },
  });
}

/** Whatever an administrator does can change the list and the sessions. */
function useDeed<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    gcTime: 0, // an answer may hold a password
    onSettled: () => queryClient.invalidateQueries({ queryKey: PEOPLE }),
  });
}

export interface NewPerson extends Rights {
  username: string;
}

export function useAddPerson() {
  return useDeed((body: NewPerson) => bodyOf(api.POST("/api/v1/people", { body })));
}

export function useChangePerson(id: number) {
  const params = { path: { person_id: id } };
  return useDeed((body: Partial<Rights> & { disabled?: boolean }) =>
    bodyOf(api.PATCH("/api/v1/people/{person_id}", { params, body })),
  );
}

export function useResetPassword(id: number) {
  const params = { path: { person_id: id } };
  return useDeed(() => bodyOf(api.POST("/api/v1/people/{person_id}/password", { params })));
}

export function useResetSecondFactor(id: number) {
  const params = { path: { person_id: id } };
  return useDeed(() => bodyOf(api.DELETE("/api/v1/people/{person_id}/totp", { params })));
}

/** One session, or with null all of them. */
export function useEndSessions(id: number) {
  return useDeed((session: string | null) =>
    session === null
      ? bodyOf(api.DELETE("/api/v1/people/{person_id}/sessions", { params: { path: { person_id: id } } }))
      : bodyOf(
          api.DELETE("/api/v1/people/{person_id}/sessions/{session_id}", {
            params: { path: { person_id: id, session_id: session } },
          }),
        ),
  );
}

