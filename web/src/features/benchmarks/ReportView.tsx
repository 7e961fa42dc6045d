import { Alert, Button, Loader, NativeSelect, Text } from "@mantine/core";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Benchmark, BenchmarkReport } from "../../api/types";
import classes from "./Benchmarks.module.css";
import { DiffView } from "./DiffView";
import { limitsOf, tellFigure, tellValue } from "./figures";
import { FigureTable } from "./FigureTable";
import { Strips } from "./Strips";
import { useReport } from "./useBenchmarks";

interface ReportViewProps {
  id: string;
  earlierId: string | null;
  benchmarks: readonly Benchmark[];
  chooser: Ref<HTMLSelectElement>;
  onCompare: (earlierId: string | null) => void;
  onBack: () => void;
}

/** One report, alone or against an earlier one on the same labels. */
export function ReportView({ id, earlierId, benchmarks, chooser, onCompare, onBack }: ReportViewProps) {
  const { t } = useTranslation();
  const { data: report, error } = useReport(id);
  const { data: earlier } = useReport(earlierId);
  const own = benchmarks.find((one) => one.id === id)?.summary ?? null;
  const alike = benchmarks.filter(
    ({ id: other, summary }) =>
      other !== id && summary !== null && summary.suite === own?.suite && summary.labels_sha8 === own.labels_sha8,
  );
  return (
    <>
      <div className={classes.head}>
        <Button variant="default" onClick={onBack} data-testid="benchmarks-back">
          {t("benchmarks.back")}
        </Button>
        {alike.length > 0 ? (
          <NativeSelect
            label={t("benchmarks.compare")}
            ref={chooser}
            value={earlierId ?? ""}
            onChange={(event) => onCompare(event.currentTarget.value === "" ? null : event.currentTarget.value)}
            data={[
              { value: "", label: t("benchmarks.alone") },
              ...alike.map((one) => ({ value: one.id, label: `${one.id} (${one.summary?.model ?? ""})` })),
            ]}
            data-testid="compare-with"
          />
        ) : (
          <Text c="dimmed">{t("benchmarks.noneAlike")}</Text>
        )}
      </div>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)}
        </Alert>
      )}
      {report === undefined && error === null && <Loader role="status" aria-label={t("benchmarks.loading")} />}
      {report !== undefined && (
        <>
          <Text c="dimmed" data-testid="report-of">
            {[report.suite, report.model, ...report.rules, report.created_at].join(" · ")}
          </Text>
          {earlierId === null ? <Figures report={report} /> : <DiffView id={id} earlierId={earlierId} />}
          <Strips report={report} earlier={earlierId === null ? undefined : earlier} />
        </>
      )}
    </>
  );
}

function Figures({ report }: { report: BenchmarkReport }) {
  const { t, i18n } = useTranslation();
  return (
    <FigureTable columns={[t("benchmarks.value")]}>
      {Object.entries(report.figures).map(([name, value]) => (
        <tr key={name} data-testid="figure" data-figure={name}>
          <th scope="row">{tellFigure(t, name)}</th>
          <td>{tellValue(t, i18n.language, value, limitsOf(report, name))}</td>
        </tr>
      ))}
    </FigureTable>
  );
}
