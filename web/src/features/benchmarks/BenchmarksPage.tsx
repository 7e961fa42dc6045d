import { Alert, Button, Loader, Text } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { tellProblem } from "../../api/problems";
import type { Benchmark, BenchmarkList, Role } from "../../api/types";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import classes from "./Benchmarks.module.css";
import { ReportView } from "./ReportView";
import { useBenchmarks } from "./useBenchmarks";

/** Reports of `almere eval`: the list, one of them, or two side by side. The address tells which. */
export function BenchmarksPage({ role }: { role: Role }) {
  const { t } = useTranslation();
  const { data: list, error, refetch } = useBenchmarks();
  const [chosen, choose] = useSearchParams();
  const rows = useRef<HTMLDivElement>(null);
  const chooser = useRef<HTMLSelectElement>(null);
  const id = chosen.get("report");

  function act(action: PageAction): void {
    if (action === "nextRow") moveFocus(rows.current, 1);
    if (action === "previousRow") moveFocus(rows.current, -1);
    if (action === "toList") choose({});
    if (action === "compareWith") chooser.current?.focus();
  }

  return (
    <PageShell
      page="benchmarks"
      role={role}
      title={id === null ? t("benchmarks.title") : `${t("benchmarks.report")} ${id}`}
      onAction={act}
    >
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)} <Button size="compact-sm" onClick={() => void refetch()}>{t("queue.retry")}</Button>
        </Alert>
      )}
      {list === undefined && error === null && <Loader role="status" aria-label={t("benchmarks.loading")} />}
      <div className={classes.section} ref={rows}>
        {list !== undefined && id === null && <Reports list={list} onOpen={(report) => choose({ report })} />}
        {list !== undefined && id !== null && (
          <ReportView
            id={id}
            earlierId={chosen.get("earlier")}
            benchmarks={list.items}
            chooser={chooser}
            onCompare={(earlier) => choose(earlier === null ? { report: id } : { report: id, earlier })}
            onBack={() => choose({})}
          />
        )}
      </div>
    </PageShell>
  );
}

function Reports({ list, onOpen }: { list: BenchmarkList; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  if (list.folder === null) return <Text data-testid="no-folder">{t("benchmarks.noFolder")}</Text>;
  return (
    <>
      <Text c="dimmed">{t("benchmarks.help", { folder: list.folder })}</Text>
      <Text c="dimmed">{t("benchmarks.run")}</Text>
      {/* WCAG 2.1.1: what scrolls can be scrolled by keys. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <code className={classes.command} tabIndex={0} data-testid="run-command">
        {`almere eval run SUITE.yaml --out ${list.folder}/NAME`}
      </code>
      {list.items.length === 0 && <Text>{t("benchmarks.empty")}</Text>}
      {list.items.length > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table} aria-label={t("benchmarks.list")}>
            <thead>
              <tr>
                <th scope="col">{t("benchmarks.report")}</th>
                <th scope="col">{t("benchmarks.made")}</th>
                <th scope="col">{t("benchmarks.suite")}</th>
                <th scope="col">{t("benchmarks.model")}</th>
                <th scope="col">{t("benchmarks.labels")}</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((one) => (
                <ReportRow key={one.id} one={one} onOpen={onOpen} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function ReportRow({ one: { id, summary, fault }, onOpen }: { one: Benchmark; onOpen: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  if (summary === null) {
    return (
      <tr data-testid="benchmark" data-report={id} data-fault>
        <th scope="row">{id}</th>
        <td colSpan={4}>{t("benchmarks.fault", { fault })}</td>
      </tr>
    );
  }
  return (
    <tr data-testid="benchmark" data-report={id}>
      <th scope="row">
        <Button variant="subtle" size="compact-md" onClick={() => onOpen(id)} data-row data-testid="open-benchmark">
          {id}
        </Button>
      </th>
      <td>{formatMoment(i18n.language, summary.created_at, nowMs)}</td>
      <td>{summary.suite}</td>
      <td>{summary.model}</td>
      <td>{summary.labels_sha8}</td>
    </tr>
  );
}
