import { useTranslation } from "react-i18next";

import type { Camera } from "../../api/types";
import { formatDuration } from "../../time/format";
import classes from "./Cameras.module.css";
import { tellRule } from "./rules";

/** Below this it was a check or two. */
const LEAST_S = 5;

/** How long each rule of a camera was not watched since midnight. */
export function BlindToday({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  if (camera.blind_today.length === 0) return <span className={classes.quiet}>{t("spot.noBlind")}</span>;
  const missed = camera.blind_today.filter((one) => one.blind_s >= LEAST_S);
  if (missed.length === 0) return <span className={classes.quiet}>{t("spot.allWatched")}</span>;
  return (
    <ul className={classes.lines} data-testid="blind-today">
      {missed.map(({ preset, rule, blind_s: seconds }) => (
        <li key={`${preset} ${rule}`}>
          {t("spot.blindOf", { rule: tellRule(t, rule), preset, duration: formatDuration(t, seconds) })}
        </li>
      ))}
    </ul>
  );
}
