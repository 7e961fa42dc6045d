import { Alert, Button, Kbd, Loader, Text } from "@mantine/core";
import { IconReport } from "@tabler/icons-react";
import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { tellProblem } from "../../api/problems";
import type { Incident, Session } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatAge } from "../../time/format";
import { nameOf, useCameras } from "../cameras/useCameras";
import { DueLine } from "../incident/FollowUp";
import { PriorityBadge } from "../incident/PriorityBadge";
import { reasonOf } from "../incident/reason";
import { StateBadge } from "../incident/StateBadge";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { LANES } from "../queue/lanes";
import { useLanes } from "../queue/useLanes";
import classes from "./Handover.module.css";
import { HandoverForm, type FormFields } from "./HandoverForm";
import { Note } from "./HandoverNotes";
import { useHandovers } from "./useHandovers";
import { useStanding } from "./useStanding";

/** The change of shifts: how things stand, and giving one's claims away. */
export function HandoverPage({ user }: { user: Session["user"] }) {
  const { t, i18n } = useTranslation();
  const lanes = useLanes(user.role);
  const { list, error: listError } = useHandovers(user.role);
  const { data: standing, error: standingError } = useStanding(user.username);
  const rows = useRef<HTMLDivElement>(null);
  const fields = useRef<FormFields>(null);
  const report = useRef<HTMLAnchorElement>(null);
  const error = listError ?? standingError;

  function act(action: PageAction): void {
    if (action === "nextRow") moveFocus(rows.current, 1);
    if (action === "previousRow") moveFocus(rows.current, -1);
    if (action === "note" || action === "colleague") fields.current?.focus(action);
    if (action === "send") fields.current?.send();
    // Only a click of the link opens the tab with its own rules.
    if (action === "report") report.current?.click();
  }

  return (
    <PageShell page="handover" role={user.role} title={t("page.handover")} onAction={act}>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)}
        </Alert>
      )}
      <Button
        ref={report}
        className={classes.report}
        component="a"
        href={`/api/v1/day-report?language=${i18n.language === "en" ? "en" : "nl"}`}
        target="_blank"
        rel="noreferrer"
        variant="default"
        leftSection={<IconReport size="1.1rem" aria-hidden />}
        rightSection={<Kbd size="xs">d</Kbd>}
        data-testid="day-report"
      >
        {t("handover.report")}
      </Button>
      <div className={classes.columns}>
        <div ref={rows} className={classes.standing}>
          <Section title={t("handover.open")}>
            <Text data-testid="handover-lanes">
              {LANES.map((name) => {
                const open = lanes?.find(({ priority }) => (priority ?? "none") === name)?.open ?? 0;
                return `${t(`lane.${name}`)}: ${open}`;
              }).join(" · ")}
            </Text>
          </Section>
          {standing === undefined ? (
            error === null && <Loader role="status" aria-label={t("queue.loading")} />
          ) : (
            <>
              <Section title={t("handover.mine", { count: standing.mine.length })}>
                <Incidents incidents={standing.mine} empty={t("handover.noneMine")} testId="handover-mine" />
              </Section>
              <Section title={t("handover.told", { count: standing.told.length })}>
                <Incidents incidents={standing.told} empty={t("handover.noneTold")} testId="handover-told" />
              </Section>
            </>
          )}
        </div>
        <div className={classes.standing}>
          <Section title={t("handover.give")}>
            <HandoverForm ref={fields} colleagues={list?.colleagues ?? []} claims={standing?.mine.length ?? 0} />
          </Section>
          <Section title={t("handover.before")}>
            {list?.items.length === 0 && <Text c="dimmed">{t("handover.noneBefore")}</Text>}
            {list?.items.map((one) => <Note key={one.id} one={one} />)}
          </Section>
        </div>
      </div>
    </PageShell>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h2 className={classes.title}>{title}</h2>
      {children}
    </section>
  );
}

interface IncidentsProps {
  incidents: readonly Incident[];
  empty: string;
  testId: string;
}

function Incidents({ incidents, empty, testId }: IncidentsProps) {
  const { t } = useTranslation();
  const { data: cameras } = useCameras();
  const nowMs = useNow();
  if (incidents.length === 0) return <Text c="dimmed">{empty}</Text>;
  return (
    <ul className={classes.rows} data-testid={testId}>
      {incidents.map((one) => (
        <li key={one.id}>
          <Link className={classes.row} to={`/?view=all&incident=${encodeURIComponent(one.id)}`} data-row>
            <PriorityBadge priority={one.priority ?? one.suggested_priority} />
            <StateBadge state={one.state} />
            <b>{nameOf(cameras, one.camera)}</b>
            <span className={classes.grow}>{reasonOf(t, one)}</span>
            <DueLine incident={one} />
            <span>{formatAge(t, one.raised_at, nowMs)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
