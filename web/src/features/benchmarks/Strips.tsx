import { Switch, Text } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { BenchmarkReport, ClipRecord } from "../../api/types";
import { formatFigure } from "../signals/words";
import classes from "./Benchmarks.module.css";
import { ClipStrip, StripLegend } from "./ClipStrip";
import { faultsOf, hasFaults } from "./strip";

interface StripsProps {
  report: BenchmarkReport;
  /** The report that it is compared with, on the same clips. */
  earlier: BenchmarkReport | undefined;
}

/** Every miss and false alarm of a report, clip by clip. */
export function Strips({ report, earlier }: StripsProps) {
  const { t } = useTranslation();
  const id = useId();
  const [all, setAll] = useState(false);
  if (!report.events) return <Text c="dimmed">{t("benchmarks.other")}</Text>;
  const before = new Map(earlier?.events?.clips.map((clip) => [clip.clip, clip]));
  const clips = report.events.clips.filter((clip) => {
    const old = before.get(clip.clip);
    return all || hasFaults(clip) || (old !== undefined && hasFaults(old));
  });
  const pictures = report.events.clips.some(({ events, alarms }) => [...events, ...alarms].some(({ strip }) => Boolean(strip)));
  return (
    <section className={classes.section} aria-labelledby={id} data-testid="strips">
      <h2 className={classes.title} id={id}>
        {t("benchmarks.strips")}
      </h2>
      <Text c="dimmed">{t("benchmarks.stripsHelp")}</Text>
      <StripLegend />
      {pictures && <Text c="dimmed">{t("benchmarks.pictures")}</Text>}
      <Switch
        checked={all}
        onChange={(event) => setAll(event.currentTarget.checked)}
        label={t("benchmarks.allClips")}
        data-testid="all-clips"
      />
      {clips.length === 0 && <Text>{t("benchmarks.clean")}</Text>}
      {clips.map((clip) => (
        <OfClip key={clip.clip} clip={clip} earlier={before.get(clip.clip)} />
      ))}
    </section>
  );
}

function OfClip({ clip, earlier }: { clip: ClipRecord; earlier: ClipRecord | undefined }) {
  const { t, i18n } = useTranslation();
  const { missed, wrong } = faultsOf(clip);
  const figure = (value: number) => formatFigure(i18n.language, value);
  return (
    <article className={classes.clip} data-testid="clip" data-clip={clip.clip} tabIndex={-1} data-row>
      <h3 className={classes.name}>{clip.clip}</h3>
      {earlier !== undefined && (
        <>
          <span className={classes.quiet}>{t("benchmarks.before")}</span>
          <ClipStrip clip={earlier} />
          <span className={classes.quiet}>{t("benchmarks.after")}</span>
        </>
      )}
      <ClipStrip clip={clip} />
      <ul className={classes.list}>
        {missed.map((event, index) => (
          <li key={index} data-testid="missed">
            {t("benchmarks.missedAt", {
              kind: t(`kind.${event.kind}`),
              zone: event.zone,
              from: figure(event.start_s),
              to: figure(event.end_s),
            })}
            <Because words={event.because} />
          </li>
        ))}
        {wrong.map((alarm, index) => (
          <li key={index} data-testid="false-alarm">
            {t(alarm.outcome === "duplicate" ? "benchmarks.duplicateAt" : "benchmarks.falseAt", {
              kind: t(`kind.${alarm.kind}`),
              zone: alarm.zone,
              at: figure(alarm.alarm_s),
              score: formatFigure(i18n.language, alarm.score, 2),
            })}
            <Because words={alarm.because} />
          </li>
        ))}
      </ul>
    </article>
  );
}

/** As the report has it, in English. */
function Because({ words }: { words: string }) {
  if (words === "") return null;
  return (
    <span className={classes.quiet} lang="en">
      {" "}
      {words}
    </span>
  );
}
