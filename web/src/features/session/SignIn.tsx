import { Alert, Button, PasswordInput, Text, TextInput, Title } from "@mantine/core";
import { IconAlertTriangle, IconClockPause } from "@tabler/icons-react";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import { Brand } from "../../app/Brand";
import { LanguageSwitch } from "../../app/LanguageSwitch";
import classes from "./SignIn.module.css";
import { useSignIn } from "./useSession";

/** `expired`: somebody was signed in here until a moment ago. */
export function SignIn({ expired }: { expired: boolean }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    signIn.mutate({ username, password }, { onError: () => setPassword("") });
  }

  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit} data-testid="sign-in" aria-labelledby="sign-in-title">
        <header className={classes.head}>
          <Brand />
          <LanguageSwitch />
        </header>
        <div>
          <Title order={1} size="h3" id="sign-in-title">
            {t("session.title")}
          </Title>
          <Text c="dimmed">{t("session.purpose")}</Text>
        </div>
        {expired && !signIn.isError && (
          <Alert color="yellow" icon={<IconClockPause />} role="status" data-testid="session-expired">
            {t("session.expired")}
          </Alert>
        )}
        {signIn.isError && (
          <Alert color="red" icon={<IconAlertTriangle />} role="alert" data-testid="sign-in-error">
            {tellProblem(t, signIn.error)}
          </Alert>
        )}
        <TextInput
          label={t("session.username")}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          ref={first}
          required
          withAsterisk={false}
          size="md"
          data-testid="username"
        />
        <PasswordInput
          label={t("session.password")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
          required
          withAsterisk={false}
          size="md"
          data-testid="password"
        />
        <Button type="submit" size="md" loading={signIn.isPending} data-testid="submit">
          {t("session.submit")}
        </Button>
      </form>
    </main>
  );
}
