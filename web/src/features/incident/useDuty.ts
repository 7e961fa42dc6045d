import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, bodyOf } from "../../api/client";
import type { Priority, Recipient } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";

/** Gives what to know of a recipient before choosing it: whether the protocol names it, and whether it is there. */
export function useDuty(incidentId: string | null, priority: Priority): (recipient: Recipient) => string | undefined {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const { data } = useQuery({
    queryKey: ["recipients", incidentId, priority],
    enabled: incidentId !== null,
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET("/api/v1/incidents/{incident_id}/recipients", {
          params: { path: { incident_id: incidentId ?? "" }, query: { priority } },
          signal,
        }),
      ),
  });
  return (recipient) => {
    const option = data?.items.find((one) => one.recipient === recipient);
    if (option === undefined) return undefined;
    if (option.on_duty) return option.routed ? `(${t("escalate.routed")})` : undefined;
    if (option.on_duty_from === null) return `(${t("escalate.offDuty")})`;
    return `(${t("escalate.offDutyUntil", { at: formatMoment(i18n.language, option.on_duty_from, nowMs) })})`;
  };
}
