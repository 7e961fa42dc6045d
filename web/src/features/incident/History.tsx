import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { AuditLine } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import classes from "./History.module.css";
import { tellDetails, tellDone } from "./historyWords";

/** Newest first: what happened last is in view on a small screen too. */
export function History({ lines, username }: { lines: readonly AuditLine[]; username: string }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  return (
    <section className={classes.history} data-testid="history">
      <h3 className={classes.title}>{t("history.title")}</h3>
      <ol className={classes.lines}>
        {lines.toReversed().map((line) => (
          <li key={line.at + line.command} data-testid="history-line" data-command={line.command} data-state={line.to_state}>
            <time dateTime={line.at}>{formatMoment(i18n.language, line.at, nowMs)}</time>
            <span>
              <b>{actorOf(t, line, username)}</b> {tellDone(t, line)}
              <span className={classes.details}>{tellDetails(t, line)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function actorOf(t: TFunction, line: AuditLine, username: string): string {
  if (line.role === "system") return t("role.system");
  return line.actor === username ? t("queue.you") : line.actor;
}
