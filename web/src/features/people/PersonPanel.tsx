import { Alert, Button, Text } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem, tellProblem } from "../../api/problems";
import type { Person, PersonList } from "../../api/types";
import { ShownOnce } from "../pages/ShownOnce";
import { SureButton } from "../pages/SureButton";
import { OpenSessions } from "./OpenSessions";
import classes from "./People.module.css";
import { emptyParts, sameRights, type Rights } from "./rights";
import { RightsFields } from "./RightsFields";
import { useChangePerson, useResetPassword, useResetSecondFactor } from "./usePeople";

interface PersonPanelProps {
  person: Person;
  roles: PersonList["roles"];
  /** Whether it is the account of who looks. */
  own: boolean;
  onDone: () => void;
}

/** One account: its rights, what can be done to it, and where it is signed in. */
export function PersonPanel({ person, roles, own, onDone }: PersonPanelProps) {
  const { t } = useTranslation();
  if (own) return <Text data-testid="own-account">{t("people.own")}</Text>;
  return (
    <div data-testid="person-panel" data-person={person.username}>
      <RightsForm person={person} roles={roles} onDone={onDone} />
      <Deeds person={person} />
      <OpenSessions person={person} />
    </div>
  );
}

function RightsForm({ person, roles, onDone }: Omit<PersonPanelProps, "own">) {
  const { t } = useTranslation();
  const change = useChangePerson(person.id);
  const [rights, setRights] = useState<Rights>({ role: person.role, scope: person.scope });
  const empty = emptyParts(rights.scope);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (!change.isPending && !empty.cameras && !empty.kinds) change.mutate(rights, { onSuccess: onDone });
  }

  return (
    <form className={classes.form} onSubmit={submit}>
      <RightsFields rights={rights} roles={roles} empty={empty} onChange={setRights} />
      <Refusal error={change.error} />
      <Button
        type="submit"
        disabled={sameRights(rights, person)}
        loading={change.isPending}
        data-testid="save-rights"
      >
        {t("people.save")}
      </Button>
      <Text size="sm" c="dimmed">
        {t("people.saveHelp")}
      </Text>
    </form>
  );
}

/** What was refused; "not allowed" here is about this account, not about the role of who asks. */
function Refusal({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (error === null) return null;
  const last = error instanceof ApiProblem && error.code === "not_allowed";
  return (
    <Alert color="yellow" role="alert" data-testid="person-problem">
      {last ? t("people.refused") : tellProblem(t, error)}
    </Alert>
  );
}

function Deeds({ person }: { person: Person }) {
  const { t } = useTranslation();
  const change = useChangePerson(person.id);
  const password = useResetPassword(person.id);
  const secondFactor = useResetSecondFactor(person.id);
  const name = person.username;
  return (
    <section className={classes.section} aria-labelledby="person-deeds">
      <h3 className={classes.title} id="person-deeds">
        {t("people.account")}
      </h3>
      <div className={classes.deeds}>
        {person.disabled ? (
          <Button
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ disabled: false })}
            data-testid="enable"
          >
            {t("people.enable")}
          </Button>
        ) : (
          <SureButton
            label={t("people.disable")}
            consequence={t("people.disableHelp", { name })}
            busy={change.isPending}
            onSure={() => change.mutate({ disabled: true })}
            testId="disable"
          />
        )}
        <SureButton
          label={t("people.resetPassword")}
          consequence={t("people.resetPasswordHelp", { name })}
          busy={password.isPending}
          onSure={() => password.mutate(undefined)}
          testId="reset-password"
        />
        {person.second_factor && (
          <SureButton
            label={t("people.resetSecondFactor")}
            consequence={t("people.resetSecondFactorHelp", { name })}
            busy={secondFactor.isPending}
            onSure={() => secondFactor.mutate(undefined)}
            testId="reset-second-factor"
          />
        )}
      </div>
      {[change, password, secondFactor].map((deed, index) => (
        <Refusal key={index} error={deed.error} />
      ))}
      {password.data !== undefined && (
        <ShownOnce
          title={t("people.passwordOf", { name })}
          lines={[password.data.one_time_password]}
          warning={t("people.passwordHelp", { name })}
        />
      )}
    </section>
  );
}
