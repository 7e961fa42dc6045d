import { QueryClient } from "@tanstack/react-query";

import { ApiProblem } from "../api/problems";

const ATTEMPTS = 3;

/** Only an answer that may differ the next time is asked for again. */
function worthAnotherTry(failures: number, error: Error): boolean {
  const passing = error instanceof ApiProblem && (error.code === "network" || error.status >= 500);
  return passing && failures < ATTEMPTS;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: worthAnotherTry,
        // A browser in a closed network may believe that it is offline.
        networkMode: "always",
        staleTime: 2000,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
