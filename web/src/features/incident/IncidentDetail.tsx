import { Alert, Button, Kbd, Loader, Text } from "@mantine/core";
import { IconAlertTriangle, IconClock, IconDice, IconPrinter } from "@tabler/icons-react";
import type { ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";

import { printUrl } from "../../api/evidence";
import { tellProblem } from "../../api/problems";
import type { AuditLine, Delivery, Incident } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatAge, formatMoment } from "../../time/format";
import { formatScore } from "../thresholds/words";
import { BandBadge } from "./BandBadge";
import { Deliveries, UndeliveredLine } from "./Deliveries";
import { Evidence } from "./Evidence";
import { Facts } from "./Facts";
import { DueLine, FollowUp } from "./FollowUp";
import { HeldLine } from "./HeldLine";
import { History } from "./History";
import classes from "./IncidentDetail.module.css";
import { KindIcon } from "./KindIcon";
import { PeopleOverTime } from "./PeopleOverTime";
import { Pieces } from "./Pieces";
import { PriorityBadge } from "./PriorityBadge";
import { usePurpose } from "./purpose";
import { reasonOf } from "./reason";
import { StateBadge } from "./StateBadge";

interface IncidentDetailProps {
  incident: Incident | undefined;
  history: readonly AuditLine[] | undefined;
  deliveries: readonly Delivery[];
  error: Error | null;
  cameraName: string;
  username: string;
  video: RefObject<HTMLVideoElement | null>;
  snapshotLarge: boolean;
  marked: boolean;
  onSwap: () => void;
  onMarks: () => void;
  actions: ReactNode;
}

/** All that a person needs to decide about one suggestion, with the buttons to do it. */
export function IncidentDetail(props: IncidentDetailProps) {
  const { t } = useTranslation();
  const { incident, history, deliveries, error, cameraName, username, actions } = props;

  if (incident === undefined) {
    return (
      <section className={classes.nothing} id="detail" tabIndex={-1} aria-label={t("detail.label")}>
        {error === null ? (
          <>
            <Text size="lg">{t("detail.nothing")}</Text>
            <Text c="dimmed">{t("detail.nothingHelp")}</Text>
          </>
        ) : (
          <Alert color="yellow" icon={<IconAlertTriangle />} role="alert" data-testid="detail-error">
            {tellProblem(t, error)}
          </Alert>
        )}
      </section>
    );
  }
  return (
    <section
      className={classes.detail}
      id="detail"
      tabIndex={-1}
      aria-label={t("detail.label")}
      data-testid="detail"
      data-incident={incident.id}
      data-state={incident.state}
      data-version={incident.version}
    >
      {/* WCAG 2.1.1: what scrolls can be scrolled by keys. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.scroll} role="group" aria-label={t("detail.facts")} tabIndex={0}>
        <Head incident={incident} cameraName={cameraName} username={username} />
        <div className={classes.body}>
          <Evidence
            key={incident.id}
            incident={incident}
            cameraName={cameraName}
            video={props.video}
            snapshotLarge={props.snapshotLarge}
            marked={props.marked}
            onSwap={props.onSwap}
            onMarks={props.onMarks}
          />
          <Facts incident={incident} cameraName={cameraName} />
          <div className={classes.below}>
            <FollowUp incident={incident} />
            <Deliveries incident={incident.id} deliveries={deliveries} />
            <PeopleOverTime incident={incident} />
            <Pieces incident={incident} marked={props.marked} />
            {history === undefined ? (
              <Loader size="sm" role="status" aria-label={t("detail.loading")} />
            ) : (
              <History lines={history} username={username} />
            )}
          </div>
        </div>
      </div>
      {actions}
    </section>
  );
}

function Head({ incident, cameraName, username }: { incident: Incident; cameraName: string; username: string }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <StateBadge state={incident.state} />
        <PriorityBadge priority={incident.suggested_priority} />
        <span className={classes.kind}>
          <KindIcon kind={incident.kind} />
          {t(`kind.${incident.kind}`)}
        </span>
        <span>{cameraName}</span>
        <span className={classes.age}>
          <IconClock size="0.95em" aria-hidden />
          {t("duration.ago", { age: formatAge(t, incident.raised_at, nowMs) })}
        </span>
        <BandBadge band={incident.band} />
        <Standing incident={incident} username={username} />
        <PrintLink incident={incident} />
        <DueLine incident={incident} />
        <UndeliveredLine incident={incident} />
        <HeldLine incident={incident} />
        <SampleLine incident={incident} />
      </div>
      <h2 className={classes.reason} data-testid="reason">
        {reasonOf(t, incident)}
      </h2>
    </header>
  );
}

/** One page to hand over; its language is that of the console. */
function PrintLink({ incident }: { incident: Incident }) {
  const { t, i18n } = useTranslation();
  const { open, purpose } = usePurpose(incident.id);
  if (!open) return null;
  return (
    <Button
      component="a"
      href={printUrl(incident, i18n.language, purpose)}
      target="_blank"
      rel="noreferrer"
      variant="default"
      size="compact-sm"
      leftSection={<IconPrinter size="1rem" aria-hidden />}
      rightSection={<Kbd size="xs">p</Kbd>}
      data-testid="print"
    >
      {t("delivery.print")}
    </Button>
  );
}

/** Says that it lies under a threshold and is shown for review only. */
function SampleLine({ incident }: { incident: Incident }) {
  const { t, i18n } = useTranslation();
  if (!incident.sample || incident.below === null) return null;
  return (
    <span data-testid="sample">
      <IconDice size="0.95em" aria-hidden /> {t("thresholds.sample", { threshold: formatScore(i18n.language, incident.below) })}
    </span>
  );
}

/** Who has it, until when; or who decided what. */
function Standing({ incident, username }: { incident: Incident; username: string }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const named = (name: string) => (name === username ? t("queue.you") : name);

  let told: string;
  if (incident.decided_by !== null && incident.decided_at !== null) {
    const { decided_by: by, decided_at: at } = incident;
    const state = t(`state.${incident.state}`);
    told = t("detail.decided", { state, name: named(by), at: formatMoment(i18n.language, at, nowMs) });
  } else if (incident.state === "claimed" && incident.claimed_by !== null && incident.claim_until !== null) {
    const { claimed_by: by, claim_until: until } = incident;
    told =
      Date.parse(until) < nowMs
        ? t("detail.lapsed", { name: named(by) })
        : t("detail.claimed", { name: named(by), until: formatMoment(i18n.language, until, nowMs) });
  } else {
    return null;
  }
  return (
    <span className={classes.standing} data-testid="standing">
      {told}
    </span>
  );
}
