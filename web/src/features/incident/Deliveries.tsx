import { Button } from "@mantine/core";
import { IconMailX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Delivery, Incident, Role } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { useSession } from "../session/useSession";
import classes from "./FollowUp.module.css";
import { inOrder, mayRetry, useRetry } from "./deliveries";

/** By word and sign: a recipient outside was not reached. */
export function UndeliveredLine({ incident }: { incident: Pick<Incident, "undelivered"> }) {
  const { t } = useTranslation();
  if (!incident.undelivered) return null;
  return (
    <span className={classes.undelivered} data-testid="undelivered">
      <IconMailX size="0.95em" aria-hidden /> {t("delivery.undelivered")}
    </span>
  );
}

/** Each message to a recipient outside, and how far it got. */
export function Deliveries({ incident, deliveries }: { incident: string; deliveries: readonly Delivery[] }) {
  const { t } = useTranslation();
  const role = useSession().data?.user.role;
  if (deliveries.length === 0) return null;
  return (
    <section data-testid="deliveries">
      <h3 className={classes.title}>{t("delivery.title")}</h3>
      <ul className={classes.steps}>
        {inOrder(deliveries).map((delivery) => (
          <Line key={delivery.id} incident={incident} delivery={delivery} role={role} />
        ))}
      </ul>
    </section>
  );
}

function Line({ incident, delivery, role }: { incident: string; delivery: Delivery; role: Role | undefined }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const retry = useRetry(incident);
  const at = delivery.delivered_at ?? delivery.created_at;
  return (
    <li data-testid="delivery" data-state={delivery.state}>
      <time dateTime={at}>{formatMoment(i18n.language, at, nowMs)}</time>
      <b>{t(`delivery.state.${delivery.state}`)}</b>
      <span>
        {delivery.channel} ({t(`delivery.kind.${delivery.kind}`)})
      </span>
      {delivery.last_error !== null && delivery.state !== "delivered" && (
        <span className={classes.after}>{delivery.last_error}</span>
      )}
      {role !== undefined && mayRetry(role, delivery) && (
        <Button
          variant="light"
          size="compact-sm"
          loading={retry.isPending}
          onClick={() => retry.mutate(delivery.id)}
          data-testid="delivery-retry"
        >
          {t("delivery.retry")}
        </Button>
      )}
    </li>
  );
}
