import { useTranslation } from "react-i18next";

import type { Incident } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatDuration, formatMoment } from "../../time/format";
import classes from "./FollowUp.module.css";
import { stepsOf } from "./followUpSteps";

/** What was done when, and how long each step took. */
export function FollowUp({ incident }: { incident: Incident }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  return (
    <section data-testid="follow-up">
      <h3 className={classes.title}>{t("followUp.title")}</h3>
      <ol className={classes.steps}>
        {stepsOf(incident).map(({ step, at, afterS }) => (
          <li key={step} data-testid="follow-up-step" data-step={step}>
            <time dateTime={at}>{formatMoment(i18n.language, at, nowMs)}</time>
            <b>{t(`followUp.${step}`)}</b>
            {afterS !== null && (
              <span className={classes.after}>{t("followUp.after", { duration: formatDuration(t, afterS) })}</span>
            )}
          </li>
        ))}
      </ol>
      {incident.answer !== "" && (
        <p className={classes.answer} data-testid="answer">
          <b>{incident.answered_by}</b>: {incident.answer}
        </p>
      )}
    </section>
  );
}

/** The next step and its deadline; by word and sign when it is late. */
export function DueLine({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  if (incident.due === null) return null;
  const leftS = (Date.parse(incident.due.at) - nowMs) / 1000;
  const step = t(`step.${incident.due.step}`);
  return (
    <span className={classes.due} data-testid="due" data-late={leftS < 0}>
      {leftS < 0
        ? t("followUp.late", { step, duration: formatDuration(t, -leftS) })
        : t("followUp.waiting", { step, duration: formatDuration(t, leftS) })}
    </span>
  );
}
