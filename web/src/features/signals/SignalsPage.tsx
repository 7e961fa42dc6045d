import { Alert, Button, Loader, SegmentedControl, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import { api, bodyOf } from "../../api/client";
import { tellProblem } from "../../api/problems";
import type { Role, Signal, SignalList } from "../../api/types";
import { localeOf } from "../../i18n";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { formatShare } from "../thresholds/words";
import { SignalTable } from "./SignalTable";
import classes from "./Signals.module.css";

const PERIODS = ["7", "14", "42"] as const;
type Days = (typeof PERIODS)[number];
const DAY_MS = 86_400_000;

function useSignals(days: Days) {
  return useQuery({
    queryKey: ["signals", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/signals", { params: { query: { days } }, signal })),
  });
}

/** What rises or falls against the weeks before: the input for the next priorities. */
export function SignalsPage({ role }: { role: Role }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<Days>("42");
  const { data: list, error, refetch } = useSignals(days);
  const lines = useRef<HTMLDivElement>(null);

  function act(action: PageAction, key: string): void {
    if (action === "nextRow") moveFocus(lines.current, 1);
    if (action === "previousRow") moveFocus(lines.current, -1);
    if (action === "period") setDays(PERIODS[Number(key) - 1] ?? days);
  }

  return (
    <PageShell page="signals" role={role} title={t("signals.title")} onAction={act}>
      <div className={classes.chosen}>
        <Text component="span">{t("signals.period")}</Text>
        <SegmentedControl
          aria-label={t("signals.period")}
          value={days}
          onChange={(value) => setDays(PERIODS.find((one) => one === value) ?? days)}
          data={PERIODS.map((one) => ({ value: one, label: t("signals.days", { days: one }) }))}
          data-testid="signal-days"
        />
        {list !== undefined && <Span list={list} />}
      </div>
      <Text c="dimmed">{t("signals.counts")}</Text>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)} <Button size="compact-sm" onClick={() => void refetch()}>{t("queue.retry")}</Button>
        </Alert>
      )}
      {list === undefined && error === null && <Loader role="status" aria-label={t("signals.loading")} />}
      {list !== undefined && <Lines list={list} lines={lines} />}
      {list !== undefined && <How list={list} />}
    </PageShell>
  );
}

/** From when until when; the last day is the one before `until`. */
function Span({ list }: { list: SignalList }) {
  const { t, i18n } = useTranslation();
  const form = new Intl.DateTimeFormat(localeOf(i18n.language), { day: "numeric", month: "long", timeZone: "UTC" });
  const told = (date: string, lessDays = 0) => form.format(Date.parse(date) - lessDays * DAY_MS);
  return (
    <Text c="dimmed" component="span" data-testid="signal-span">
      {t("signals.span", {
        from: told(list.recent_from),
        until: told(list.until, 1),
        weeks: list.reference_weeks,
        reference: told(list.reference_from),
      })}
    </Text>
  );
}

function Lines({ list, lines }: { list: SignalList; lines: RefObject<HTMLDivElement | null> }) {
  const { t } = useTranslation();
  if (list.items.length === 0) return <Text data-testid="no-signals">{t("signals.nothing")}</Text>;
  const of = (...turns: Signal["turn"][]) => list.items.filter(({ turn }) => turns.includes(turn));
  const found = of("rises", "falls");
  return (
    <div ref={lines}>
      {found.length === 0 && <Text data-testid="no-signals">{t("signals.noneFound")}</Text>}
      <SignalTable title={t("signals.found")} items={found} list={list} testId="signals-found" />
      <SignalTable title={t("signals.steady")} items={of("steady")} list={list} testId="signals-steady" />
      <SignalTable title={t("signals.too_little")} items={of("too_little")} list={list} testId="signals-little" />
    </div>
  );
}

function How({ list }: { list: SignalList }) {
  const { t, i18n } = useTranslation();
  return (
    <details className={classes.how}>
      <summary data-testid="signals-how">{t("signals.how.title")}</summary>
      <p>{t("signals.how.rate")}</p>
      <p>{t("signals.how.test")}</p>
      <p>{t("signals.how.many", { tests: list.tests, share: formatShare(i18n.language, list.most_chance) })}</p>
      <p>{t("signals.how.least", { incidents: list.least_incidents, weeks: list.least_weeks })}</p>
      <p>{t("signals.how.not")}</p>
    </details>
  );
}
