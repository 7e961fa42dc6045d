import { Alert, Button, PasswordInput, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api, bodyOf } from "../../api/client";
import { ApiProblem, tellProblem } from "../../api/problems";
import classes from "./Profile.module.css";
import { Section } from "./Section";

const SHORTEST = 12;
const NOTHING = { present: "", chosen: "", again: "" };

interface Passwords {
  password: string;
  new_password: string;
}

function useChangePassword() {
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Passwords) => bodyOf(api.POST("/api/v1/session/password", { body })),
  });
}

/** Another password, by who knows the present one. */
export function PasswordForm() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(NOTHING);
  const [compared, setCompared] = useState(false);
  const change = useChangePassword();
  const same = typed.chosen === typed.again;

  function send(event: SyntheticEvent): void {
    event.preventDefault();
    setCompared(true);
    if (!same) return;
    change.mutate(
      { password: typed.present, new_password: typed.chosen },
      {
        onSuccess: () => {
          setTyped(NOTHING);
          setCompared(false);
        },
      },
    );
  }

  const show = { "aria-label": t("session.showPassword") };
  return (
    <Section title={t("profile.password")}>
      <form className={classes.steps} onSubmit={send} data-testid="password-form">
        <PasswordInput
          className={classes.narrow}
          label={t("profile.present")}
          value={typed.present}
          onChange={(event) => setTyped({ ...typed, present: event.currentTarget.value })}
          autoComplete="current-password"
          visibilityToggleButtonProps={show}
          required
          withAsterisk={false}
          data-testid="present-password"
        />
        <PasswordInput
          className={classes.narrow}
          label={t("session.newPassword")}
          value={typed.chosen}
          onChange={(event) => setTyped({ ...typed, chosen: event.currentTarget.value })}
          autoComplete="new-password"
          visibilityToggleButtonProps={show}
          minLength={SHORTEST}
          required
          withAsterisk={false}
          data-testid="chosen-password"
        />
        <PasswordInput
          className={classes.narrow}
          label={t("profile.again")}
          value={typed.again}
          onChange={(event) => setTyped({ ...typed, again: event.currentTarget.value })}
          error={compared && !same ? t("profile.notSame") : undefined}
          autoComplete="new-password"
          visibilityToggleButtonProps={show}
          required
          withAsterisk={false}
          data-testid="again-password"
        />
        <Text c="dimmed">{t("profile.rule")}</Text>
        <Button type="submit" variant="default" loading={change.isPending} data-testid="change-password">
          {t("profile.change")}
        </Button>
        <div role="status" data-testid="password-changed">
          {change.isSuccess && t("profile.changed")}
        </div>
        {change.isError && (
          <Alert color="yellow" role="alert">
            {change.error instanceof ApiProblem && change.error.code === "bad_credentials"
              ? t("profile.presentWrong")
              : tellProblem(t, change.error)}
          </Alert>
        )}
      </form>
    </Section>
  );
}
