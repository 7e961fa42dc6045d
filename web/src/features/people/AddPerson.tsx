import { Alert, Button, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem, tellProblem } from "../../api/problems";
import type { PersonList } from "../../api/types";
import { ShownOnce } from "../pages/ShownOnce";
import classes from "./People.module.css";
import { defaultScope, emptyParts, type Rights } from "./rights";
import { RightsFields } from "./RightsFields";
import { useAddPerson } from "./usePeople";

const NOTHING_EMPTY = { cameras: false, kinds: false };

/** Name, role and scope; then the password to hand over. */
export function AddPerson({ roles, onDone }: { roles: PersonList["roles"]; onDone: () => void }) {
  const { t } = useTranslation();
  const add = useAddPerson();
  const [username, setUsername] = useState("");
  const [rights, setRights] = useState<Rights>({ role: "observer", scope: defaultScope(roles, "observer") });
  const [tried, setTried] = useState(false);
  const empty = emptyParts(rights.scope);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    setTried(true);
    if (!add.isPending && !empty.cameras && !empty.kinds) add.mutate({ username: username.trim(), ...rights });
  }

  if (add.data !== undefined) {
    return (
      <div className={classes.form} data-testid="invitation">
        <ShownOnce
          title={t("people.passwordOf", { name: add.data.person.username })}
          lines={[add.data.one_time_password]}
          warning={t("people.passwordHelp", { name: add.data.person.username })}
        />
        <Button onClick={onDone} data-testid="done">
          {t("people.done")}
        </Button>
      </div>
    );
  }
  const code = add.error instanceof ApiProblem ? add.error.code : null;
  const atName = code === "name_taken" ? t("problem.name_taken") : code === "invalid" ? t("people.nameInvalid") : null;
  return (
    <form className={classes.form} onSubmit={submit} data-testid="new-person">
      <TextInput
        label={t("session.username")}
        value={username}
        onChange={(event) => {
          setUsername(event.currentTarget.value);
          add.reset();
        }}
        error={atName}
        errorProps={{ role: "alert" }}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        data-autofocus
        data-testid="new-username"
      />
      <RightsFields rights={rights} roles={roles} empty={tried ? empty : NOTHING_EMPTY} onChange={setRights} />
      {add.isError && atName === null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, add.error)}
        </Alert>
      )}
      <Button type="submit" loading={add.isPending} data-testid="send-person">
        {t("people.add")}
      </Button>
    </form>
  );
}
