/** A line of the audit log in plain words. */
import type { TFunction } from "i18next";

import type nl from "../../i18n/nl.json";
import type { AuditEntry } from "../../api/types";

type Words = (typeof nl)["audit"];
type Line = Pick<AuditEntry, "actor" | "role" | "action" | "kind" | "subject" | "purpose" | "from_state" | "to_state" | "details">;

/** What can be written; the form offers these. */
export const ACTIONS: readonly (keyof Words["action"])[] = [
  "view",
  "refused",
  "sign_in",
  "sign_in_failed",
  "sign_out",
  "change",
  "take",
  "give_back",
  "steer",
  "export",
  "enter",
  "claim",
  "release",
  "confirm",
  "reject",
  "escalate",
  "undo",
  "acknowledge",
  "arrive",
  "resolve",
  "decline",
  "expire",
  "let_through",
  "hand_over",
  "end_shift",
  "show",
  "fault",
];

/** "reason", "recipient" and the like: what the API names by a value that the console has a label for. */
const LABELLED = {
  reason: "rejectReason",
  recipient: "recipient",
  priority: "priority",
  result: "result",
} as const;

/** Who did it: "anna (observer)", the service itself, or nobody that is known. */
export function tellWho(t: TFunction, { actor, role }: Pick<Line, "actor" | "role">): string {
  if (actor === "") return t("audit.nobody");
  if (role === "system") return t("audit.system", { actor });
  return `${actor} (${labelOf(t, `role.${role}`, role)})`;
}

/** The label of a key that only the server knows for sure; `fallback` where a newer server says more. */
function labelOf(t: TFunction, key: string, fallback: string, values: Record<string, string> = {}): string {
  const loose = t as (key: string, options: Record<string, string>) => string;
  return loose(key, { ...values, defaultValue: fallback });
}

/** "viewed the snapshot of incident s-1". */
export function tellDeed(t: TFunction, line: Line): string {
  const { action, kind, details } = line;
  const subject = t(`audit.subject.${kind}`, { subject: line.subject });
  const detail = (name: string) => String(details[name] ?? "");
  switch (action) {
    case "view":
      return t("audit.viewed", { what: labelOf(t, `audit.what.${detail("what")}`, detail("what")), subject });
    case "refused":
      return t("audit.refused", { why: labelOf(t, `audit.why.${detail("code")}`, detail("code")), subject });
    case "sign_in":
    case "sign_in_failed":
    case "sign_out":
    case "export":
      return t(`audit.did.${action}`, { subject: line.subject });
    case "change":
      return tellChange(t, line, subject);
    default:
      return labelOf(t, `audit.did.${action}`, `${action}: ${subject}`, { subject });
  }
}

function tellChange(t: TFunction, { kind, details, subject: name }: Line, subject: string): string {
  if (kind === "account") {
    const what = String(details["what"] ?? "");
    return labelOf(t, `audit.account.${what}`, t("audit.changed", { subject }), { name });
  }
  if (kind === "threshold") {
    const did = String(details["did"] ?? "");
    const threshold = String(details["threshold"] ?? "");
    return labelOf(t, `audit.threshold.${did}`, t("audit.changed", { subject }), { subject, threshold });
  }
  return t("audit.version", { subject });
}

/** What else the line holds, each as "reason: nothing to see". */
export function tellMore(t: TFunction, line: Line): string[] {
  const { details, purpose, from_state: from, to_state: to } = line;
  const state = (name: string) => labelOf(t, `state.${name}`, name);
  const more = purpose === null ? [] : [t("audit.purpose", { purpose })];
  if (to !== null && from !== to) more.push(from === null ? state(to) : `${state(from)} → ${state(to)}`);
  for (const [name, value] of Object.entries(details)) {
    const told = tellDetail(t, name, value);
    if (told !== null) more.push(told);
  }
  return more;
}

/** Null for what the sentence says already, and for fingerprints, which are for programs. */
function tellDetail(t: TFunction, name: string, value: AuditEntry["details"][string] | undefined): string | null {
  if (value === null || value === undefined || value === "") return null;
  const text = String(value);
  switch (name) {
    case "reason":
    case "recipient":
    case "priority":
    case "result":
      return `${t(`audit.detail.${name}`)}: ${labelOf(t, `${LABELLED[name]}.${text}`, text)}`;
    case "role":
      return `${t("audit.detail.role")}: ${labelOf(t, `role.${text}`, text)}`;
    case "disabled":
      return value === true ? t("audit.detail.disabled") : null;
    case "ended":
      return value === true ? t("audit.detail.ended") : null;
    case "cameras":
    case "kinds":
      return `${t(`audit.detail.${name}`)}: ${text === "all" ? t("audit.detail.all") : text}`;
    case "to":
    case "handed":
    case "released":
    case "instead_of":
    case "screen":
    case "fault":
    case "address":
    case "operation":
    case "type":
    case "format":
    case "sessions":
    case "version":
      return `${t(`audit.detail.${name}`)}: ${text}`;
    case "note_length":
      return t("audit.detail.note", { length: text });
    default:
      return null;
  }
}
