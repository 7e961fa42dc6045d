import { Button, Skeleton } from "@mantine/core";
import { IconCircleCheck, IconFilterOff, IconPlugConnectedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Camera } from "../../api/types";
import { formatClock } from "../../time/format";
import classes from "./IncidentList.module.css";
import type { Filter } from "./useFilter";

export function ListLoading() {
  const { t } = useTranslation();
  return (
    <div className={classes.skeletons} role="status" aria-label={t("queue.loading")} data-testid="queue-loading">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height="5.5rem" />
      ))}
    </div>
  );
}

export function ListFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.state} role="alert" data-testid="queue-failed">
      <IconPlugConnectedX size="2.5rem" aria-hidden />
      <strong>{t("queue.failed")}</strong>
      <span>{tellProblem(t, error)}</span>
      <Button variant="default" onClick={onRetry}>
        {t("queue.retry")}
      </Button>
    </div>
  );
}

/** What is shown is old, and must not pass for new. */
export function ListStale({ error, updatedMs }: { error: Error; updatedMs: number }) {
  const { t, i18n } = useTranslation();
  return (
    <p className={classes.stale} role="alert" data-testid="queue-stale">
      {t("queue.stale", { time: formatClock(i18n.language, updatedMs) })} {tellProblem(t, error)}
    </p>
  );
}

interface ListEmptyProps {
  filter: Filter;
  cameras: readonly Camera[] | undefined;
  onClearFilter: () => void;
}

/** An empty list may mean that all is calm, or that nobody watches: say which. */
export function ListEmpty({ filter, cameras, onClearFilter }: ListEmptyProps) {
  const { t } = useTranslation();
  const filtered = filter.kind !== null || filter.camera !== null || filter.priority !== null;
  const blind = (cameras ?? []).filter((camera) => camera.state !== "online").length;
  const Icon = filtered ? IconFilterOff : IconCircleCheck;
  return (
    <div className={classes.state} data-testid="queue-empty">
      <Icon size="2.5rem" aria-hidden />
      <strong>{filtered ? t("queue.empty.filtered") : t(`queue.empty.${filter.view}`)}</strong>
      {!filtered && filter.view !== "decided" && <span>{t("queue.empty.help")}</span>}
      {blind > 0 && <span className={classes.blind}>{t("queue.empty.blind", { count: blind })}</span>}
      {filtered && (
        <Button variant="default" onClick={onClearFilter}>
          {t("queue.empty.clear")}
        </Button>
      )}
    </div>
  );
}
