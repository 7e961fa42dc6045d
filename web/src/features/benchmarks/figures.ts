/** Figures of a report: their names in words, and their intervals. */
import type { TFunction } from "i18next";

import type { BenchmarkReport } from "../../api/types";
import { localeOf } from "../../i18n";

const METRICS = [
  "precision",
  "recall",
  "f1",
  "false_per_camera_hour",
  "alerts_per_observer_hour",
  "median_delay_s",
  "overlap_f1",
  "cross_validated_precision",
  "cross_validated_recall",
  "cross_validated_f1",
] as const;
const KINDS = ["parking", "loitering", "fight", "other"] as const;

export interface Limits {
  low?: number | null | undefined;
  high?: number | null | undefined;
}

/** "Parkeren: precisie"; the name itself where there are no words for it, as `tracking.hota_5fps`. */
export function tellFigure(t: TFunction, name: string): string {
  const [of, rest] = splitName(name);
  const metric = METRICS.find((one) => one === rest);
  if (metric === undefined) return name;
  const kind = of === "all" ? t("benchmarks.all") : tellKind(t, of);
  return t("benchmarks.of", { kind, metric: t(`benchmarks.metric.${metric}`) });
}

/** The word for a kind, as a report names it. */
export function tellKind(t: TFunction, name: string): string {
  const kind = KINDS.find((one) => one === name);
  return kind === undefined ? name : t(`kind.${kind}`);
}

/** The 95 % interval that the report has for a figure; null where it has none. */
export function limitsOf({ events, clips }: Pick<BenchmarkReport, "events" | "clips">, name: string): Limits | null {
  const [of, metric] = splitName(name);
  if (of === "clips" && clips) {
    return { accuracy: clips.accuracy, roc_auc: clips.roc_auc, average_precision: clips.average_precision }[metric] ?? null;
  }
  const figures = events?.kinds[of];
  if (figures === undefined) return null;
  return (
    {
      precision: figures.precision,
      recall: figures.recall,
      f1: figures.f_alpha["1"],
      false_per_camera_hour: figures.false_per_camera_hour,
      alerts_per_observer_hour: figures.alerts_per_observer_hour,
    }[metric] ?? null
  );
}

function splitName(name: string): [string, string] {
  const dot = name.indexOf(".");
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/** A figure with its interval, as far as both are there; `–` where it is not defined. */
export function tellValue(t: TFunction, language: string, value: number | null, limits: Limits | null = null): string {
  const told = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 3 });
  if (value === null) return "–";
  const { low = null, high = null } = limits ?? {};
  if (low === null || high === null) return told.format(value);
  return t("benchmarks.between", {
    value: told.format(value),
    low: told.format(low),
    high: told.format(high),
  });
}
