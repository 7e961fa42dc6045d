import { Button, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Session } from "../../api/types";
import { Brand } from "../../app/Brand";
import { LanguageSwitch } from "../../app/LanguageSwitch";
import { useSignOut } from "../session/useSession";
import { Enrolment } from "./Enrolment";
import classes from "./Profile.module.css";

/** All that is open to a person whose role must have a second factor, until it is there. */
export function MustEnrol({ user, onSignedOut }: { user: Session["user"]; onSignedOut: () => void }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <main className={classes.gate} data-testid="must-enrol">
      <div className={classes.card}>
        <header className={classes.head}>
          <Brand />
          <span className={classes.spread} />
          <LanguageSwitch />
          <Button
            variant="default"
            size="compact-md"
            onClick={() => signOut.mutate(undefined, { onSuccess: onSignedOut })}
            loading={signOut.isPending}
            data-testid="sign-out"
          >
            {t("session.signOut")}
          </Button>
        </header>
        <div>
          <Title order={1} size="h3">
            {t("profile.mustEnrol")}
          </Title>
          <Text c="dimmed">{t("profile.mustEnrolHelp", { name: user.username, role: t(`role.${user.role}`) })}</Text>
        </div>
        <Enrolment username={user.username} />
      </div>
    </main>
  );
}
