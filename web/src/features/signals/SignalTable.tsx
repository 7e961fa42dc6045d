import { IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import type { Signal, SignalList } from "../../api/types";
import { nameOf, useCameras } from "../cameras/useCameras";
import classes from "./Signals.module.css";
import { formatFigure, tellChance, tellTimes, tellTopic } from "./words";

interface SignalTableProps {
  title: string;
  items: readonly Signal[];
  list: SignalList;
  testId: string;
}

/** Lines of one sort; nothing where there are none. */
export function SignalTable({ title, items, list, testId }: SignalTableProps) {
  const { t } = useTranslation();
  const id = useId();
  if (items.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby={id} data-testid={testId}>
      <h2 className={classes.title} id={id}>
        {title}
      </h2>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("signals.about")}</th>
              <th scope="col">{t("signals.turn")}</th>
              <th scope="col" className={classes.figure}>{t("signals.now")}</th>
              <th scope="col" className={classes.figure}>{t("signals.expected")}</th>
              <th scope="col">{t("signals.times")}</th>
              <th scope="col">{t("signals.chance")}</th>
              <th scope="col">{t("signals.basis")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <Line key={JSON.stringify([one.about, one.kind, one.camera, one.zone, one.hour, one.type])} one={one} list={list} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Line({ one, list }: { one: Signal; list: SignalList }) {
  const { t, i18n } = useTranslation();
  const { data: cameras } = useCameras();
  const figure = (value: number) => formatFigure(i18n.language, value);
  const hours = (value: number) => formatFigure(i18n.language, value, value < 10 ? 1 : 0);
  return (
    <tr tabIndex={-1} data-row data-testid="signal" data-turn={one.turn} data-about={one.about}>
      <th scope="row">{tellTopic(t, one, (camera) => nameOf(cameras, camera), list.block_hours)}</th>
      <td>
        {one.turn === "rises" && (
          <span className={classes.rises}>
            <IconTrendingUp size="1.1rem" aria-hidden /> {t("signals.rises")}
          </span>
        )}
        {one.turn === "falls" && (
          <span className={classes.falls}>
            <IconTrendingDown size="1.1rem" aria-hidden /> {t("signals.falls")}
          </span>
        )}
        {one.turn !== "rises" && one.turn !== "falls" && <span className={classes.small}>{t(`signals.${one.turn}`)}</span>}
      </td>
      <td className={classes.figure}>{one.now}</td>
      <td className={classes.figure}>{one.expected === null ? "–" : figure(one.expected)}</td>
      <td>{tellTimes(t, i18n.language, one)}</td>
      <td>{tellChance(t, i18n.language, one.adjusted)}</td>
      <td className={classes.small}>
        {one.basis === "watched"
          ? t("signals.watched", { now: hours(one.now_h), before: hours(one.before_h) })
          : t("signals.calendar")}
      </td>
    </tr>
  );
}
