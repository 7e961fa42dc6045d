import { Alert, Loader, Text } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { BenchmarkDiff } from "../../api/types";
import { formatFigure, tellChance } from "../signals/words";
import classes from "./Benchmarks.module.css";
import { tellFigure, tellKind, tellValue } from "./figures";
import { FigureTable } from "./FigureTable";
import { useDiff } from "./useBenchmarks";

/** Figures side by side, with the difference, and what was found, lost or falsely alarmed. */
export function DiffView({ id, earlierId }: { id: string; earlierId: string }) {
  const { t } = useTranslation();
  const { data: diff, error } = useDiff(id, earlierId);
  if (error !== null) {
    return (
      <Alert color="yellow" role="alert">
        {tellProblem(t, error)}
      </Alert>
    );
  }
  if (diff === undefined) return <Loader role="status" aria-label={t("benchmarks.loading")} />;
  return (
    <>
      <Differences diff={diff} />
      <Changes diff={diff} />
    </>
  );
}

function Differences({ diff }: { diff: BenchmarkDiff }) {
  const { t, i18n } = useTranslation();
  const columns = [t("benchmarks.before"), t("benchmarks.after"), t("benchmarks.difference")];
  return (
    <FigureTable columns={columns}>
      {diff.differences.map(({ name, before, after, low, high }) => (
        <tr key={name} data-testid="difference" data-figure={name}>
          <th scope="row">{tellFigure(t, name)}</th>
          <td>{tellValue(t, i18n.language, before)}</td>
          <td>{tellValue(t, i18n.language, after)}</td>
          <td>{tellValue(t, i18n.language, before === null || after === null ? null : after - before, { low, high })}</td>
        </tr>
      ))}
    </FigureTable>
  );
}

function Changes({ diff }: { diff: BenchmarkDiff }) {
  const { t, i18n } = useTranslation();
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id} data-testid="changes">
      <h2 className={classes.title} id={id}>
        {t("benchmarks.changes")}
      </h2>
      {diff.p_value !== null && (
        <Text data-testid="lost-found">
          {t("benchmarks.lostFound", { more: diff.found_more, less: diff.found_less })};{" "}
          {t("benchmarks.chance", { p: tellChance(t, i18n.language, diff.p_value) })}
        </Text>
      )}
      {diff.changes.length === 0 && <Text>{t("benchmarks.noChanges")}</Text>}
      <ul className={classes.list}>
        {diff.changes.map((change, index) => (
          <li key={index} data-testid="change" data-what={change.what}>
            <b>{t(`benchmarks.change.${change.what}`)}</b>{" "}
            {t("benchmarks.at", {
              kind: tellKind(t, change.kind),
              zone: change.zone,
              clip: change.clip,
              at: formatFigure(i18n.language, change.at_s),
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}
