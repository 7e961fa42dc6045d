import { Alert, Button, Progress, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { tellProblem } from "../../api/problems";
import type { DryRunStep } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import type { ZoneDocument } from "./document";
import type { DryRun } from "./useDryRun";
import classes from "./Zones.module.css";

type Result = NonNullable<DryRunStep["result"]>;

interface DryRunPanelProps {
  run: DryRun;
  document: ZoneDocument;
  /** Whether the zones as drawn could be saved; others cannot be tried. */
  sound: boolean;
  keptDays: number;
}

const DAYS = [1, 3, 7, 14, 30, 90];

/** What would have been suggested on the detections of the past days, hour by hour while it is found out. */
export function DryRunPanel({ run, document, sound, keptDays }: DryRunPanelProps) {
  const { t } = useTranslation();
  const { days, step, error, busy } = run;
  if (keptDays === 0) return <Text size="sm">{t("zones.try.off")}</Text>;
  return (
    <div className={classes.stack} data-testid="dry-run" data-state={step?.state ?? ""}>
      <Text size="sm" c="dimmed">
        {t("zones.try.help")}
      </Text>
      <div className={classes.times}>
        <Select
          label={t("zones.try.days")}
          allowDeselect={false}
          value={String(days)}
          data={DAYS.filter((one) => one <= keptDays || one === 1).map((one) => ({
            value: String(one),
            label: t("zones.try.day", { count: one }),
          }))}
          onChange={(value) => run.setDays(Number(value ?? 1))}
        />
        {busy ? (
          <Button variant="default" onClick={run.stop}>
            {t("zones.try.stop")}
          </Button>
        ) : (
          <Button onClick={() => run.start(document)} disabled={!sound} data-testid="try-zones">
            {t("zones.try.start")}
          </Button>
        )}
      </div>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)}
        </Alert>
      )}
      {step?.state === "busy" && <Alert color="yellow">{t("zones.try.busy")}</Alert>}
      {step?.state === "failed" && <Alert color="yellow">{t("zones.try.failed")}</Alert>}
      {step?.result && <Outcome result={step.result} busy={busy} stale={run.tried !== document} />}
    </div>
  );
}

function Outcome({ result, busy, stale }: { result: Result; busy: boolean; stale: boolean }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const { hours, replayed, now, changed, confirmed, found, lost, gained, since, until } = result;
  if (hours === 0) return <Text data-testid="dry-run-told">{t("zones.try.nothing")}</Text>;
  return (
    <div className={classes.stack}>
      {busy && <Progress value={(100 * replayed) / hours} aria-label={t("zones.try.progress")} />}
      <div role="status" data-testid="dry-run-told">
        {stale && <Text size="sm">{t("zones.try.stale")}</Text>}
        <Text fw={650}>{t("zones.try.count", { count: changed, now })}</Text>
        <Text fw={650} c={lost.length > 0 ? "var(--bad)" : "var(--good)"}>
          {found === 0
            ? t("zones.try.noneConfirmed")
            : lost.length === 0
              ? t("zones.try.noneLost", { count: found })
              : t("zones.try.lost", { count: lost.length, found })}
        </Text>
      </div>
      {lost.length > 0 && (
        <ul className={classes.faults}>
          {lost.map((id) => (
            <li key={id}>
              <Link to={`/?view=all&incident=${encodeURIComponent(id)}`}>{id}</Link>
            </li>
          ))}
        </ul>
      )}
      {gained.length > 0 && <Text size="sm">{t("zones.try.gained", { count: gained.length })}</Text>}
      <ul className={classes.faults}>
        {result.counts.map(({ zone, kind, now: before, changed: after }) => (
          <li key={`${zone} ${kind}`}>
            {zone}, {t(`kind.${kind}`)}: {t("zones.try.fromTo", { before, after })}
          </li>
        ))}
      </ul>
      <Text size="sm" c="dimmed">
        {t("zones.try.hours", { replayed, hours })}
        {since && until &&
          `: ${formatMoment(i18n.language, since, nowMs)} – ${formatMoment(i18n.language, until, nowMs)}`}
        . {confirmed > found && t("zones.try.notFound", { count: confirmed - found })}{" "}
        {result.fps > 0 && result.needed_fps > result.fps * 1.2 && t("zones.try.slow", { kept: result.fps, needed: result.needed_fps })}{" "}
        {result.fights && t("zones.try.fights")}
      </Text>
    </div>
  );
}
