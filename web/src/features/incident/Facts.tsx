import { Fragment } from "react";
import { useTranslation } from "react-i18next";

import type { Incident } from "../../api/types";
import { localeOf } from "../../i18n";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import classes from "./Facts.module.css";
import { permitOf } from "./permit";

type Row = readonly [name: string, value: string];

export function Facts({ incident, cameraName }: { incident: Incident; cameraName: string }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const at = (iso: string) => formatMoment(i18n.language, iso, nowMs);
  const { provenance } = incident;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const inTwoDigits = (value: number) => value.toLocaleString(localeOf(i18n.language), digits);
  const orEarlier = incident.at_least ? ` (${t("detail.atLeast")})` : "";

  const permit = permitOf(t, i18n.language, incident, nowMs);

  const facts: Row[] = [
    [t("detail.startedAt"), at(incident.started_at) + orEarlier],
    [t("detail.raisedAt"), at(incident.raised_at)],
    [t("detail.endedAt"), incident.ended_at === null ? t("detail.ongoing") : at(incident.ended_at)],
    [t("detail.camera"), cameraName],
    ...(incident.preset === null ? [] : [[t("detail.preset"), incident.preset] as const]),
    ...(incident.zone === "" ? [] : [[t("detail.zone"), incident.zone] as const]),
    ...(incident.entered_by === null ? [] : [[t("entry.by"), incident.entered_by] as const]),
    ...(permit === null ? [] : [[t("permit.title"), permit] as const]),
    ...(incident.people === 0 ? [] : [[t("detail.people"), String(incident.people)] as const]),
    ...decisionRows(),
  ];

  function scoreHelp(): string {
    const { likelihood } = incident;
    if (likelihood === null) return t("detail.scoreHelp");
    return t("detail.scoreCalibrated", { likelihood: inTwoDigits(likelihood) });
  }

  function decisionRows(): Row[] {
    const { reason, recipient, priority, note } = incident;
    return [
      ...(reason === null ? [] : [[t("history.reason"), t(`rejectReason.${reason}`)] as const]),
      ...(recipient === null ? [] : [[t("history.recipient"), t(`recipient.${recipient}`)] as const]),
      ...(priority === null ? [] : [[t("history.priority"), t(`priority.${priority}`)] as const]),
      ...(note === "" ? [] : [[t("history.note"), note] as const]),
    ];
  }

  return (
    <div className={classes.facts} data-testid="facts">
      <Rows title={t("detail.facts")} rows={facts} />
      {incident.entered_by === null && (
      <Rows
        title={t("detail.provenance")}
        rows={[
          [t("detail.score"), `${inTwoDigits(incident.score)} (${scoreHelp()})`],
          [t("detail.model"), provenance.model],
          [t("detail.rule"), provenance.rule],
          [t("detail.zones"), provenance.zones],
          ...(provenance.priorities === null ? [] : [[t("detail.priorities"), provenance.priorities] as const]),
          ...(provenance.calibration === null ? [] : [[t("detail.calibration"), provenance.calibration] as const]),
        ]}
      />
      )}
    </div>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly Row[] }) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      <dl className={classes.rows}>
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
