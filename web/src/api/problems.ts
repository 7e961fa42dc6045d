/** Errors of the API (problem+json, RFC 9457), told by their stable code. */
import type { TFunction } from "i18next";

const CODES = [
  "not_signed_in",
  "bad_credentials",
  "code_needed",
  "new_password_needed",
  "flow_lost",
  "second_factor_needed",
  "csrf",
  "not_allowed",
  "purpose_needed",
  "not_found",
  "name_taken",
  "transition_refused",
  "version_conflict",
  "too_many_attempts",
  "too_many_requests",
  "invalid",
  "no_picture",
  "unavailable",
  "network",
] as const;

export type ProblemCode = (typeof CODES)[number] | "unknown";

export class ApiProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;

  constructor(code: ProblemCode, status: number) {
    super(`${code} (${status})`);
    this.name = "ApiProblem";
    this.code = code;
    this.status = status;
  }

  get isConflict(): boolean {
    return this.code === "version_conflict" || this.code === "transition_refused";
  }
}

/** Reads the body of a failed answer; a body that is no problem gives the code `unknown`. */
export function problemOf(body: unknown, status: number): ApiProblem {
  const told = typeof body === "object" && body !== null && "code" in body ? body.code : null;
  const code = CODES.find((known) => known === told) ?? "unknown";
  return new ApiProblem(code, status);
}

export function tellProblem(t: TFunction, error: unknown): string {
  const problem = error instanceof ApiProblem ? error : new ApiProblem("unknown", 0);
  return t(`problem.${problem.code}`, { status: problem.status });
}
