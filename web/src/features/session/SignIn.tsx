import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { IconClockPause } from "@tabler/icons-react";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem, tellProblem } from "../../api/problems";
import { ProviderButton } from "./ProviderButton";
import { ProviderCode } from "./ProviderCode";
import { SignInCard, SignInError } from "./SignInCard";
import { ssoOutcome, type SsoOutcome } from "./sso";
import { useSignIn } from "./useSession";

/** `expired`: somebody was signed in here until a moment ago. */
export function SignIn({ expired }: { expired: boolean }) {
  const [outcome, setOutcome] = useState(ssoOutcome);
  if (outcome === "code_needed") return <ProviderCode onBack={() => setOutcome(null)} />;
  return <NameAndPassword expired={expired} outcome={outcome} />;
}

interface NameAndPasswordProps {
  expired: boolean;
  outcome: SsoOutcome | null;
}

function NameAndPassword({ expired, outcome }: NameAndPasswordProps) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [newPassword, setNewPassword] = useState("");
  /** What the server asked for beside the password. */
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    const more = {
      ...(asked.has("code_needed") && { code }),
      ...(asked.has("new_password_needed") && { new_password: newPassword }),
    };
    signIn.mutate({ username, password, ...more }, { onError: askAgain });
  }

  function askAgain(error: Error) {
    const wanted = error instanceof ApiProblem ? error.code : "";
    if (wanted === "code_needed" || wanted === "new_password_needed") {
      setAsked((before) => new Set([...before, wanted]));
      return;
    }
    setCode("");
    if (!asked.has("code_needed")) setPassword("");
  }

  return (
    <SignInCard onSubmit={submit}>
      {expired && !signIn.isError && (
        <Alert color="yellow" icon={<IconClockPause />} role="status" data-testid="session-expired">
          {t("session.expired")}
        </Alert>
      )}
      {signIn.isError && <SignInError>{tellProblem(t, signIn.error)}</SignInError>}
      {outcome !== null && signIn.isIdle && <SignInError>{t(`session.sso.${outcome}`)}</SignInError>}
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
      {asked.has("new_password_needed") && (
        <PasswordInput
          label={t("session.newPassword")}
          description={t("session.newPasswordRule")}
          value={newPassword}
          onChange={(event) => setNewPassword(event.currentTarget.value)}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
          minLength={12}
          required
          withAsterisk={false}
          size="md"
          data-testid="new-password"
        />
      )}
      {asked.has("code_needed") && (
        <TextInput
          label={t("session.code")}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          size="md"
          data-testid="code"
        />
      )}
      <Button type="submit" size="md" loading={signIn.isPending} data-testid="submit">
        {t("session.submit")}
      </Button>
      <ProviderButton />
    </SignInCard>
  );
}
