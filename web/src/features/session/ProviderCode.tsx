import { Button, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import { SignInCard, SignInError } from "./SignInCard";
import { useSsoCode } from "./useSession";

/** The identity provider knows who this is, and did not check a second factor: ours is asked for. */
export function ProviderCode({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation();
  const give = useSsoCode();
  const [code, setCode] = useState("");
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <SignInCard
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate({ code }, { onError: () => setCode("") });
      }}
    >
      <Text>{t("session.sso.code_needed")}</Text>
      {give.isError && <SignInError>{tellProblem(t, give.error)}</SignInError>}
      <TextInput
        label={t("session.code")}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        ref={first}
        required
        withAsterisk={false}
        size="md"
        data-testid="code"
      />
      <Button type="submit" size="md" loading={give.isPending} data-testid="submit">
        {t("session.submit")}
      </Button>
      <Button variant="subtle" onClick={onBack} data-testid="back">
        {t("session.back")}
      </Button>
    </SignInCard>
  );
}
