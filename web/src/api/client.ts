/** The generated client, with our session rules: a CSRF token on every change, and sign-out on 401. */
import createClient, { type Middleware } from "openapi-fetch";

import { syncWithServer } from "../time/clock";
import { ApiProblem, problemOf } from "./problems";
import type { paths } from "./schema";

let csrfToken: string | null = null;
let tellSignedOut: () => void = () => undefined;
let tellMustEnrol: () => void = () => undefined;

export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Calls `listener` when the server no longer knows our session. */
export function onSignedOut(listener: () => void): void {
  tellSignedOut = listener;
}

/** Calls `listener` when the server wants a second factor before anything else. */
export function onMustEnrol(listener: () => void): void {
  tellMustEnrol = listener;
}

const sessionRules: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken !== null) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
  onResponse({ response }) {
    syncWithServer(response.headers.get("Date"));
  },
};

export const api = createClient<paths>({ credentials: "same-origin" });
api.use(sessionRules);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a good answer. Throws `ApiProblem` for every other one, also when none came. */
export async function bodyOf<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>;
  try {
    answer = await request;
  } catch (error) {
    // fetch rejects with a TypeError when no answer came; an aborted request is for the caller.
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem("network", 0);
  }
  if (answer.response.ok) return answer.data as Data;
  const problem = problemOf(answer.error, answer.response.status);
  if (problem.code === "not_signed_in") tellSignedOut();
  if (problem.code === "second_factor_needed") tellMustEnrol();
  throw problem;
}
