/** Words for a line of the history. What we have no words for is shown as it came. */
import type { TFunction } from "i18next";

import type { AuditLine } from "../../api/types";

const DEEDS = [
  "suggested",
  "enter",
  "let_through",
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
  "hand_over",
] as const;
const RESULTS = [
  "warned",
  "fined",
  "arrested",
  "dispersed",
  "removed",
  "assisted",
  "nothing_found",
  "other",
] as const;
const REASONS = [
  "not_present",
  "wrong_object",
  "in_motion",
  "exempt",
  "outside_zone",
  "duplicate",
  "poor_picture",
  "other",
] as const;
const RECIPIENTS = ["control_room", "police", "enforcement", "city_wardens"] as const;

export function tellDone(t: TFunction, line: Pick<AuditLine, "command">): string {
  const deed = DEEDS.find((known) => known === line.command);
  return deed === undefined ? line.command : t(`did.${deed}`);
}

/** `: reason, recipient, priority, "note"`, or nothing. */
export function tellDetails(t: TFunction, line: Pick<AuditLine, "details">): string {
  const { reason, recipient, priority, result, note } = line.details;
  const { taken_from: takenFrom, decided_by: decidedBy, to } = line.details;
  const knownResult = RESULTS.find((known) => known === result);
  const knownReason = REASONS.find((known) => known === reason);
  const knownRecipient = RECIPIENTS.find((known) => known === recipient);
  const parts = [
    knownReason === undefined ? reason : t(`rejectReason.${knownReason}`),
    knownRecipient === undefined ? recipient : t(`recipient.${knownRecipient}`),
    priority,
    knownResult === undefined ? result : t(`result.${knownResult}`),
    takenFrom && t("history.takenFrom", { name: takenFrom }),
    to && t("history.to", { name: to }),
    decidedBy && t("history.decidedBy", { name: decidedBy }),
    note && `“${note}”`,
  ].filter(Boolean);
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}
