/** Lines of the audit log, and what is asked of it; that lives in the address. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { api, bodyOf } from "../../api/client";
import type { AuditEntry } from "../../api/types";
import { isoOf } from "../../time/format";

const PAGE_SIZE = 100;

export type SubjectKind = AuditEntry["kind"];

/** As the form has it: an empty text does not restrict. `from` and `until` are times of the cameras, `2026-05-01T08:00`. */
export interface Asked {
  from: string;
  until: string;
  actor: string;
  action: string;
  kind: string;
  subject: string;
}

export const FIELDS = ["from", "until", "actor", "action", "kind", "subject"] as const satisfies readonly (keyof Asked)[];

/** Kinds of subject, in the order of the form; the compiler holds them against the API. */
export const KINDS = Object.keys({
  incident: 0,
  account: 0,
  session: 0,
  camera: 0,
  threshold: 0,
  zone_file: 0,
  priority_table: 0,
  protocol: 0,
  export: 0,
  handover: 0,
  address: 0,
} satisfies Record<SubjectKind, 0>) as SubjectKind[];

export function askedIn(params: URLSearchParams): Asked {
  const of = (name: string) => params.get(name) ?? "";
  return {
    from: of("from"),
    until: of("until"),
    actor: of("actor"),
    action: of("action"),
    kind: of("kind"),
    subject: of("subject"),
  };
}

/** The parameters of the API. */
export function queryOf(asked: Asked) {
  const since = isoOf(asked.from);
  const until = isoOf(asked.until);
  const kind = KINDS.find((one) => one === asked.kind);
  const [actor, action, subject] = [asked.actor.trim(), asked.action, asked.subject.trim()];
  return {
    ...(since !== null && { since }),
    ...(until !== null && { until }),
    ...(actor !== "" && { actor }),
    ...(action !== "" && { action }),
    ...(kind !== undefined && { kind }),
    ...(subject !== "" && { subject }),
  };
}

/** Where everything that was asked for can be downloaded; the server writes that down. */
export function exportOf(asked: Asked): string {
  return `/api/v1/audit/export?${new URLSearchParams(queryOf(asked)).toString()}`;
}

export function useAsked() {
  const [params, setParams] = useSearchParams();
  const ask = (asked: Asked) =>
    setParams(Object.fromEntries(FIELDS.filter((name) => asked[name] !== "").map((name) => [name, asked[name]])));
  return { asked: askedIn(params), ask };
}

export function useAudit(asked: Asked) {
  return useInfiniteQuery({
    queryKey: ["audit", asked],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => {
      const query = { ...queryOf(asked), limit: PAGE_SIZE, ...(pageParam !== null && { before: pageParam }) };
      return bodyOf(api.GET("/api/v1/audit", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.before,
  });
}
