import { useTranslation } from "react-i18next";

import type { Incident } from "../../api/types";
import { formatDuration } from "../../time/format";
import classes from "./PeopleOverTime.module.css";
import { peopleOverTime } from "./peopleOverTime";

/** How many people of a group there were from its beginning on, as bars. */
export function PeopleOverTime({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const counted = peopleOverTime(incident);
  if (counted === null) return null;
  const most = Math.max(...counted.people, 1);
  const label = t("detail.peopleOverTimeLabel", {
    least: Math.min(...counted.people),
    most,
    dwell: formatDuration(t, counted.people.length * counted.stepS),
  });
  return (
    <figure className={classes.figure} data-testid="people-over-time">
      <svg
        role="img"
        aria-label={label}
        className={classes.bars}
        viewBox={`0 0 ${counted.people.length} ${most}`}
        preserveAspectRatio="none"
      >
        {counted.people.map((people, index) => (
          <rect key={index} x={index + 0.1} y={most - people} width={0.8} height={people} />
        ))}
      </svg>
      <figcaption className={classes.caption}>{label}</figcaption>
    </figure>
  );
}
