import { Alert, Button, Kbd, Loader, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { AuditEntry, Session } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import classes from "./Audit.module.css";
import { AuditFilter } from "./AuditFilter";
import { exportOf, useAsked, useAudit, type Asked } from "./useAudit";
import { tellDeed, tellMore, tellWho } from "./words";

/** Who did what, for an auditor. */
export function AuditPage({ user }: { user: Session["user"] }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { asked, ask } = useAsked();
  const { data, error, isFetching, hasNextPage, fetchNextPage, refetch } = useAudit(asked);
  const first = useRef<HTMLInputElement>(null);
  const rows = useRef<HTMLOListElement>(null);
  const lines = data?.pages.flatMap((page) => page.items);

  function search(wanted: Asked): void {
    ask(wanted);
    // Asked for again, the same question may have another answer.
    void queryClient.invalidateQueries({ queryKey: ["audit"] });
  }

  function act(action: PageAction): void {
    if (action === "filter") first.current?.focus();
    if (action === "older" && hasNextPage) void fetchNextPage();
    if (action === "nextRow") moveFocus(rows.current, 1);
    if (action === "previousRow") moveFocus(rows.current, -1);
  }

  return (
    <PageShell page="audit" role={user.role} title={t("page.audit")} onAction={act}>
      <AuditFilter asked={asked} busy={isFetching} first={first} onAsk={search} />
      {error !== null && (
        <Alert color="yellow" role="alert" data-testid="audit-problem">
          {tellProblem(t, error)}{" "}
          <Button size="compact-sm" onClick={() => void refetch()}>
            {t("queue.retry")}
          </Button>
        </Alert>
      )}
      {lines === undefined && error === null && <Loader role="status" aria-label={t("audit.loading")} />}
      {lines !== undefined && (
        <div className={classes.told}>
          <Text role="status" c="dimmed" data-testid="audit-count">
            {t(hasNextPage ? "audit.countMore" : "audit.count", { count: lines.length })}
          </Text>
          <Button
            component="a"
            href={exportOf(asked)}
            download
            variant="default"
            size="compact-md"
            leftSection={<IconDownload size="1.1rem" aria-hidden />}
            data-testid="audit-export"
          >
            {t("audit.download")}
          </Button>
        </div>
      )}
      <ol className={classes.lines} ref={rows} aria-label={t("page.audit")}>
        {lines?.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ol>
      {hasNextPage && (
        <Button
          className={classes.older}
          variant="default"
          rightSection={<Kbd size="xs">o</Kbd>}
          loading={isFetching}
          onClick={() => void fetchNextPage()}
          data-testid="audit-older"
        >
          {t("keys.older")}
        </Button>
      )}
    </PageShell>
  );
}

function Line({ line }: { line: AuditEntry }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const more = tellMore(t, line);
  return (
    <li
      className={classes.line}
      tabIndex={-1}
      data-row
      data-testid="audit-line"
      data-action={line.action}
      data-refused={line.action === "refused" || line.action === "sign_in_failed"}
    >
      <time className={classes.at} dateTime={line.at}>
        {formatMoment(i18n.language, line.at, nowMs)}
      </time>
      <span className={classes.words}>
        <b>{tellWho(t, line)}</b> {tellDeed(t, line)}
        {more.length > 0 && <span className={classes.more}>{more.join("; ")}</span>}
      </span>
      <span className={classes.place} title={t("audit.hash", { hash: line.hash })}>
        {t("audit.number", { id: line.id })}
      </span>
    </li>
  );
}
