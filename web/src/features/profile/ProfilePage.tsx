import { Alert, Button, Group, Kbd, SegmentedControl, Switch, Text, useMantineColorScheme } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Session } from "../../api/types";
import { switchLanguage } from "../../i18n";
import { hasPage } from "../pages/pages";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { SureButton } from "../pages/SureButton";
import { useSignOutEverywhere } from "../session/useSession";
import { sound } from "../sound/sound";
import { useSound } from "../sound/useSound";
import { Enrolment } from "./Enrolment";
import { PasswordForm } from "./PasswordForm";
import classes from "./Profile.module.css";
import { Section } from "./Section";
import { useSecondFactor } from "./useSecondFactor";

const BUTTONS: Partial<Record<PageAction, string>> = {
  secondFactor: "enrol-begin",
  tryP1: "try-P1",
  tryP2: "try-P2",
  everywhere: "sign-out-everywhere",
};

/** What a person sets for themselves. */
export function ProfilePage({ user, onSignedOut }: { user: Session["user"]; onSignedOut: () => void }) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [on, setOn] = useSound();

  function act(action: PageAction): void {
    if (action === "scheme") setColorScheme(colorScheme === "light" ? "dark" : "light");
    if (action === "soundOn") setOn(!on);
    if (action === "ownPassword") document.querySelector<HTMLElement>('[data-testid="present-password"]')?.focus();
    // The button is there when the person can do it.
    const button = BUTTONS[action];
    if (button !== undefined) document.querySelector<HTMLElement>(`[data-testid="${button}"]`)?.click();
  }

  return (
    <PageShell page="profile" role={user.role} title={t("profile.title", { name: user.username })} onAction={act}>
      <div className={classes.sections}>
        <PasswordForm />
        <SecondFactor username={user.username} />
        <Screen />
        {hasPage(user.role, "handover") && <Sound />}
        <Everywhere onSignedOut={onSignedOut} />
      </div>
    </PageShell>
  );
}

function SecondFactor({ username }: { username: string }) {
  const { t } = useTranslation();
  const { data: state, error } = useSecondFactor();
  return (
    <Section title={t("profile.secondFactor")}>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)}
        </Alert>
      )}
      {state?.in_force === false && <Enrolment username={username} />}
      {state?.in_force === true && (
        <>
          <Text data-testid="second-factor-on">
            <IconShieldCheck size="1.1rem" aria-hidden />{" "}
            {t("profile.inForce", { count: state.recovery_codes_left })}
          </Text>
          <Text c="dimmed">{t("profile.turnOff")}</Text>
        </>
      )}
    </Section>
  );
}

function Screen() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={t("keys.screen")}>
      <SegmentedControl
        aria-label={t("profile.language")}
        value={i18n.language === "en" ? "en" : "nl"}
        onChange={(value) => value !== i18n.language && switchLanguage()}
        data={[
          { value: "nl", label: <span lang="nl">Nederlands</span> },
          { value: "en", label: <span lang="en">English</span> },
        ]}
        data-testid="profile-language"
      />
      <SegmentedControl
        aria-label={t("profile.scheme")}
        value={colorScheme === "light" ? "light" : "dark"}
        onChange={(value) => setColorScheme(value === "light" ? "light" : "dark")}
        data={[
          { value: "dark", label: t("profile.dark") },
          { value: "light", label: t("profile.light") },
        ]}
        data-testid="profile-scheme"
      />
      <Text c="dimmed">{t("profile.screenHelp")}</Text>
    </Section>
  );
}

/** For who watches: the tones are of the queue. */
function Sound() {
  const { t } = useTranslation();
  const [on, set] = useSound();
  return (
    <Section title={t("sound.title")}>
      <Switch
        checked={on}
        onChange={(event) => set(event.currentTarget.checked)}
        label={t("sound.wanted")}
        data-testid="profile-sound"
      />
      <Group gap="0.5rem">
        {(["P1", "P2"] as const).map((priority) => (
          <Button
            key={priority}
            variant="default"
            size="compact-md"
            rightSection={<Kbd size="xs">{priority.slice(1)}</Kbd>}
            onClick={() => void sound(priority)}
            data-testid={`try-${priority}`}
          >
            {t("sound.try", { priority })}
          </Button>
        ))}
      </Group>
      <Text c="dimmed">{t("sound.help")}</Text>
    </Section>
  );
}

function Everywhere({ onSignedOut }: { onSignedOut: () => void }) {
  const { t } = useTranslation();
  const signOut = useSignOutEverywhere();
  return (
    <Section title={t("profile.sessions")}>
      <SureButton
        label={t("profile.everywhere")}
        consequence={t("profile.everywhereHelp")}
        busy={signOut.isPending}
        onSure={() => signOut.mutate(undefined, { onSuccess: onSignedOut })}
        testId="sign-out-everywhere"
      />
      {signOut.isError && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, signOut.error)}
        </Alert>
      )}
    </Section>
  );
}
