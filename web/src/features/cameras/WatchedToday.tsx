import { useTranslation } from "react-i18next";

import type { WatchedDay } from "../../api/types";
import { formatDuration } from "../../time/format";
import classes from "./Cameras.module.css";
import { tellRule } from "./rules";
import { useWatched } from "./useCamera";

const WHATS = ["watched", "elsewhere", "moving", "unknown", "offline", "uncounted"] as const;

/** Of each rule since midnight: how long it was watched, and how long not, and why. */
export function WatchedToday({ camera }: { camera: string }) {
  const { t } = useTranslation();
  const { data: day } = useWatched(camera);
  if (day === undefined) return null;
  return (
    <section aria-labelledby="watched-title">
      <h2 className={classes.title} id="watched-title">
        {t("spot.watched.title")}
      </h2>
      {day.rules.length === 0 ? <p className={classes.quiet}>{t("spot.watched.none")}</p> : <Rules day={day} />}
    </section>
  );
}

function Rules({ day }: { day: WatchedDay }) {
  const { t } = useTranslation();
  return (
    <table className={classes.table} data-testid="watched-today">
      <thead>
        <tr>
          <th scope="col">{t("spot.watched.rule")}</th>
          {WHATS.map((what) => (
            <th scope="col" key={what}>
              {t(`spot.watched.${what}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {day.rules.map((rule) => (
          <tr key={`${rule.preset} ${rule.rule}`} data-rule={rule.rule} data-preset={rule.preset}>
            <th scope="row">
              {tellRule(t, rule.rule)} {t("spot.at", { preset: rule.preset })}
            </th>
            {WHATS.map((what) => (
              <td key={what} data-what={what} data-seconds={rule[`${what}_s`]}>
                {rule[`${what}_s`] > 0 ? formatDuration(t, rule[`${what}_s`]) : "-"}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
