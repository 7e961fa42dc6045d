import { useQueryClient } from "@tanstack/react-query";
import { IconAntennaBarsOff, IconPlugConnected, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useNow } from "../../time/clock";
import { formatClock } from "../../time/format";
import classes from "./LiveState.module.css";
import { useLive } from "./liveContext";

/** Says plainly when the screen may be behind. */
export function LiveState() {
  const { t, i18n } = useTranslation();
  const live = useLive();
  const queryClient = useQueryClient();
  useNow();

  if (live.state === "live") {
    return (
      <span className={classes.live} data-testid="live" data-state="live" role="status">
        <IconPlugConnected size="1.1rem" aria-hidden /> {t("live.live")}
      </span>
    );
  }
  if (live.state === "connecting") {
    return (
      <span className={classes.connecting} data-testid="live" data-state="connecting" role="status">
        <IconRefresh size="1.1rem" aria-hidden /> {t("live.connecting")}
      </span>
    );
  }
  const updatedMs = Math.max(
    0,
    ...queryClient.getQueryCache().findAll({ queryKey: ["incidents"] }).map((query) => query.state.dataUpdatedAt),
  );
  const updated = updatedMs === 0 ? t("live.never") : formatClock(i18n.language, updatedMs);
  return (
    <span className={classes.lost} data-testid="live" data-state="lost">
      <IconAntennaBarsOff size="1.2rem" aria-hidden />
      <b role="alert">{t("live.lost", { time: formatClock(i18n.language, live.sinceMs) })}</b>
      <span>{t("live.lostHelp", { time: updated })}</span>
    </span>
  );
}
