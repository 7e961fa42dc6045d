import { Alert, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode, SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Brand } from "../../app/Brand";
import { LanguageSwitch } from "../../app/LanguageSwitch";
import classes from "./SignIn.module.css";

interface SignInCardProps {
  onSubmit: (event: SyntheticEvent) => void;
  children: ReactNode;
}

/** What each step of signing in has around it. */
export function SignInCard({ onSubmit, children }: SignInCardProps) {
  const { t } = useTranslation();
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={onSubmit} data-testid="sign-in" aria-labelledby="sign-in-title">
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
        {children}
      </form>
    </main>
  );
}

export function SignInError({ children }: { children: ReactNode }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle />} role="alert" data-testid="sign-in-error">
      {children}
    </Alert>
  );
}
