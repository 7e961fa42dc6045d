import { Button, Tooltip } from "@mantine/core";
import { IconAdjustments, IconLogout, IconUser } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import type { Session } from "../api/types";
import { CameraStrip } from "../features/cameras/CameraStrip";
import { LiveProvider } from "../features/live/LiveProvider";
import { LiveState } from "../features/live/LiveState";
import { useSignOut } from "../features/session/useSession";
import { useNow } from "../time/clock";
import { formatClock } from "../time/format";
import classes from "./app.module.css";
import { Brand } from "./Brand";
import { LanguageSwitch } from "./LanguageSwitch";

interface FrameProps {
  user: Session["user"];
  onSignedOut: () => void;
  children: ReactNode;
}

/** What every page has: who, when, whether it is live, and which cameras are watched. */
export function Frame({ user, onSignedOut, children }: FrameProps) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <LiveProvider>
      <div className={classes.frame}>
        <a className={classes.skip} href="#detail">
          {t("app.skip")}
        </a>
        <header className={classes.header}>
          <Brand />
          <LiveState />
          {user.role === "supervisor" && <ThresholdsLink />}
          <span className={classes.spread} />
          <Clock />
          <span className={classes.person} data-testid="person">
            <IconUser size="1.1rem" aria-hidden />
            <b>{user.username}</b> {t(`role.${user.role}`)}
          </span>
          <LanguageSwitch />
          <Tooltip label={t("session.signOut")}>
            <Button
              variant="subtle"
              color="gray"
              size="compact-md"
              aria-label={t("session.signOut")}
              loading={signOut.isPending}
              onClick={() => signOut.mutate(undefined, { onSuccess: onSignedOut })}
              data-testid="sign-out"
            >
              <IconLogout size="1.1rem" aria-hidden />
            </Button>
          </Tooltip>
        </header>
        <CameraStrip />
        {children}
      </div>
    </LiveProvider>
  );
}

function ThresholdsLink() {
  const { t } = useTranslation();
  const there = useLocation().pathname === "/thresholds";
  return (
    <Button
      component={Link}
      to={there ? "/" : "/thresholds"}
      variant="subtle"
      color="gray"
      size="compact-md"
      leftSection={<IconAdjustments size="1.1rem" aria-hidden />}
      data-testid="thresholds-link"
    >
      {t(there ? "thresholds.back" : "thresholds.title")}
    </Button>
  );
}

function Clock() {
  const { i18n } = useTranslation();
  const nowMs = useNow();
  return (
    <time className={classes.clock} dateTime={new Date(nowMs).toISOString()}>
      {formatClock(i18n.language, nowMs)}
    </time>
  );
}
