import { useTranslation } from "react-i18next";

import type { ClipRecord } from "../../api/types";
import { formatFigure } from "../signals/words";
import classes from "./Benchmarks.module.css";
import { fateOf, faultsOf, isFalse, placeOf } from "./strip";

const WIDTH = 1000;
const HEIGHT = 60;
const ALARM_HALF = 9;
const ALARM_Y = 44;

/** Events above, alarms below, on the time of the clip. */
export function ClipStrip({ clip }: { clip: ClipRecord }) {
  const { t, i18n } = useTranslation();
  const { missed, wrong } = faultsOf(clip);
  const seconds = (value: number) => formatFigure(i18n.language, value);
  const x = (atS: number) => placeOf(atS, clip.duration_s, WIDTH);
  const label = [
    t("benchmarks.strip", { clip: clip.clip, duration: seconds(clip.duration_s) }),
    t("benchmarks.counts", { missed: missed.length, false: wrong.length }),
  ].join(": ");
  return (
    <svg
      className={classes.strip}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      data-testid="strip"
    >
      <rect className={classes.ground} x="0" y="0" width={WIDTH} height={HEIGHT} />
      {clip.events.map((event, index) => (
        <g key={index} data-testid="strip-event" data-fate={fateOf(event)}>
          <rect
            className={classes[fateOf(event)]}
            x={x(event.start_s)}
            y="8"
            width={Math.max(3, x(event.end_s) - x(event.start_s))}
            height="18"
          />
          {event.standing === "due" && (
            <line className={classes.due} x1={x(event.due_s)} x2={x(event.due_s)} y1="3" y2="31" />
          )}
        </g>
      ))}
      {clip.alarms.map((alarm, index) => (
        <g key={index} data-testid="strip-alarm" data-outcome={alarm.outcome}>
          <AlarmMark x={x(alarm.alarm_s)} outcome={alarm.outcome} />
        </g>
      ))}
    </svg>
  );
}

type Outcome = ClipRecord["alarms"][number]["outcome"];

/** A line for a right alarm, a cross for a false one: told by shape as well as by colour. */
function AlarmMark({ x, outcome }: { x: number; outcome: Outcome }) {
  if (isFalse({ outcome })) {
    const [left, right, top, bottom] = [x - ALARM_HALF, x + ALARM_HALF, ALARM_Y - ALARM_HALF, ALARM_Y + ALARM_HALF];
    return <path className={classes.bad} d={`M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`} />;
  }
  return (
    <line
      className={outcome === "true" ? classes.good : classes.ignored}
      x1={x}
      x2={x}
      y1={ALARM_Y - ALARM_HALF}
      y2={ALARM_Y + ALARM_HALF}
    />
  );
}

/** What the marks mean. */
export function StripLegend() {
  const { t } = useTranslation();
  return (
    <ul className={classes.legend}>
      {(["found", "missed", "neutral"] as const).map((fate) => (
        <li key={fate}>
          <svg viewBox="0 0 28 20" aria-hidden>
            <rect className={classes[fate]} x="3" y="3" width="22" height="14" />
          </svg>{" "}
          {t(`benchmarks.legend.${fate}`)}
        </li>
      ))}
      <li>
        <svg viewBox="0 0 28 20" aria-hidden>
          <line className={classes.due} x1="14" x2="14" y1="0" y2="20" />
        </svg>{" "}
        {t("benchmarks.legend.due")}
      </li>
      {(["true", "false", "ignored"] as const).map((outcome) => (
        <li key={outcome}>
          <svg viewBox="0 34 28 20" aria-hidden>
            <AlarmMark x={14} outcome={outcome} />
          </svg>{" "}
          {t(`benchmarks.legend.${outcome}`)}
        </li>
      ))}
    </ul>
  );
}
