import { Alert, Button, Kbd, TextInput } from "@mantine/core";
import { useState, type Ref, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { CameraFault } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import classes from "./Cameras.module.css";
import { useChangeFault, useFaults, useReportFault } from "./useFaults";

const LONGEST_WORDS = 500;
const LONGEST_TICKET = 64;

interface FaultsProps {
  camera: string;
  /** The field in which a new one is described; a key of the page reaches it. */
  fieldRef: Ref<HTMLInputElement>;
}

/** What people said is wrong with a camera, the ticket of the helpdesk, and what came of it. */
export function Faults({ camera, fieldRef }: FaultsProps) {
  const { t } = useTranslation();
  const { data: faults } = useFaults();
  const mine = (faults ?? []).filter((one) => one.camera === camera);
  return (
    <section className={classes.steering} aria-labelledby="faults-title" data-testid="faults">
      <h2 className={classes.title} id="faults-title">
        {t("faults.title")}
      </h2>
      {faults !== undefined && mine.length === 0 && <p className={classes.told}>{t("faults.none")}</p>}
      {mine.length > 0 && (
        <ul className={classes.faults}>
          {mine.map((one) => (
            // Another version, by whoever, begins with what is known then.
            <li key={`${String(one.id)} ${String(one.version)}`} data-testid="fault" data-open={one.ended_at === null}>
              <Told fault={one} />
              {one.ended_at === null && <Change fault={one} />}
            </li>
          ))}
        </ul>
      )}
      <Report camera={camera} fieldRef={fieldRef} />
    </section>
  );
}

function Told({ fault: { what, at, reported_by: by, ticket, result, ended_at: endedAt, ended_by: endedBy } }: { fault: CameraFault }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const moment = (iso: string) => formatMoment(i18n.language, iso, nowMs);
  return (
    <p className={classes.told}>
      <b>{what}</b>{" "}
      <span className={classes.quiet}>
        {t("faults.by", { name: by, at: moment(at) })}
        {ticket !== "" && `, ${t("faults.numbered", { ticket })}`}
      </span>
      {endedAt !== null && (
        <span className={classes.ended}>{t("faults.ended", { result, name: endedBy, at: moment(endedAt) })}</span>
      )}
    </p>
  );
}

function Change({ fault }: { fault: CameraFault }) {
  const { t } = useTranslation();
  const [ticket, setTicket] = useState(fault.ticket);
  const [result, setResult] = useState("");
  const change = useChangeFault();
  const ended = result.trim();
  const changed = ended !== "" || ticket.trim() !== fault.ticket;

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (!changed || change.isPending) return;
    const body = { version: fault.version, ticket: ticket.trim(), result: ended === "" ? null : ended };
    change.mutate({ id: fault.id, body });
  }

  return (
    <form className={classes.deeds} onSubmit={submit}>
      <TextInput
        className={classes.ticket}
        label={t("faults.ticket")}
        value={ticket}
        maxLength={LONGEST_TICKET}
        onChange={(event) => setTicket(event.currentTarget.value)}
        data-testid="fault-ticket"
      />
      <TextInput
        className={classes.words}
        label={t("faults.result")}
        value={result}
        maxLength={LONGEST_WORDS}
        onChange={(event) => setResult(event.currentTarget.value)}
        data-testid="fault-result"
      />
      <Button
        type="submit"
        variant="default"
        disabled={!changed}
        loading={change.isPending}
        rightSection={<Kbd size="xs">Enter</Kbd>}
        data-testid="fault-save"
      >
        {t(ended === "" ? "faults.save" : "faults.end")}
      </Button>
      {change.isError && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, change.error)}
        </Alert>
      )}
    </form>
  );
}

function Report({ camera, fieldRef }: FaultsProps) {
  const { t } = useTranslation();
  const [what, setWhat] = useState("");
  const report = useReportFault();

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (what.trim() === "" || report.isPending) return;
    report.mutate({ camera, what: what.trim(), ticket: "" }, { onSuccess: () => setWhat("") });
  }

  return (
    <form className={classes.deeds} onSubmit={submit}>
      <TextInput
        ref={fieldRef}
        className={classes.words}
        label={t("faults.what")}
        value={what}
        maxLength={LONGEST_WORDS}
        onChange={(event) => setWhat(event.currentTarget.value)}
        data-testid="fault-what"
      />
      <Button
        type="submit"
        variant="default"
        disabled={what.trim() === ""}
        loading={report.isPending}
        rightSection={<Kbd size="xs">f</Kbd>}
        data-testid="report-fault"
      >
        {t("faults.report")}
      </Button>
      <span role="status">{report.isSuccess && what === "" && t("faults.done")}</span>
      {report.isError && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, report.error)}
        </Alert>
      )}
    </form>
  );
}
