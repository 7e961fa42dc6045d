import { Alert, Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Person } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { SureButton } from "../pages/SureButton";
import classes from "./People.module.css";
import { useEndSessions, useOpenSessions } from "./usePeople";

/** Where a person is signed in, to end one or all. */
export function OpenSessions({ person }: { person: Person }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const { data: sessions, error } = useOpenSessions(person.id);
  const end = useEndSessions(person.id);
  const when = (iso: string) => formatMoment(i18n.language, iso, nowMs);
  const problem = error ?? end.error;
  return (
    <section className={classes.section} aria-labelledby="person-sessions">
      <h3 className={classes.title} id="person-sessions">
        {t("people.sessions")}
      </h3>
      {problem !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, problem)}
        </Alert>
      )}
      {sessions?.length === 0 && <Text>{t("people.noSessions")}</Text>}
      <ul className={classes.sessions}>
        {sessions?.map((one) => (
          <li key={one.id} className={classes.session} data-testid="session">
            <span>
              {t("people.session", {
                from: when(one.created_at),
                seen: when(one.last_seen_at),
                until: when(one.expires_at),
              })}
            </span>
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => end.mutate(one.id)}
              data-testid="end-session"
            >
              {t("people.endSession")}
            </Button>
          </li>
        ))}
      </ul>
      {sessions !== undefined && sessions.length > 1 && (
        <div>
          <SureButton
            label={t("people.endAll")}
            consequence={t("people.endAllHelp", { name: person.username })}
            busy={end.isPending}
            onSure={() => end.mutate(null)}
            testId="end-sessions"
          />
        </div>
      )}
    </section>
  );
}
