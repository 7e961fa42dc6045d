import { Button, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconAdjustments, IconArrowsLeftRight, IconChartBar, IconHistory, IconLayoutList, IconDeviceTv, IconLayoutGrid, IconLogout, IconMap2, IconPolygon, IconTable, IconTrendingUp, IconUser, IconUsers, IconVideo } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import type { Session } from "../api/types";
import { CameraStrip } from "../features/cameras/CameraStrip";
import { LiveProvider } from "../features/live/LiveProvider";
import { LiveState } from "../features/live/LiveState";
import { hasPage, pagesOf, type Page } from "../features/pages/pages";
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

/** What every page has: who, when, where to, whether it is live, and which cameras are watched. */
export function Frame({ user, onSignedOut, children }: FrameProps) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  // The event stream and the queue are for the same roles.
  const live = hasPage(user.role, "queue");
  const frame = (
    <div className={classes.frame} data-strip={live}>
      <a className={classes.skip} href="#detail">
        {t(live ? "app.skip" : "app.skipToPage")}
      </a>
      <header className={classes.header}>
        <Brand />
        {live && <LiveState />}
        <nav className={classes.pages} aria-label={t("app.pages")}>
          {pagesOf(user.role).map((page) => page.name !== "profile" && <PageLink key={page.name} page={page} />)}
        </nav>
        <span className={classes.spread} />
        <Clock />
        <Tooltip label={t("page.profile")}>
          <Link className={classes.person} to="/profile" data-testid="person">
            <IconUser size="1.1rem" aria-hidden />
            <b>{user.username}</b> {t(`role.${user.role}`)}
            <VisuallyHidden>, {t("page.profile")}</VisuallyHidden>
          </Link>
        </Tooltip>
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
      {live && <CameraStrip />}
      {children}
    </div>
  );
  return live ? <LiveProvider>{frame}</LiveProvider> : frame;
}

const ICONS = { queue: IconLayoutList, cameras: IconVideo, map: IconMap2, wall: IconLayoutGrid, screens: IconDeviceTv, handover: IconArrowsLeftRight, thresholds: IconAdjustments, zones: IconPolygon, tables: IconTable, signals: IconTrendingUp, benchmarks: IconChartBar, people: IconUsers, audit: IconHistory, profile: IconUser };

function PageLink({ page: { name, path } }: { page: Page }) {
  const { t } = useTranslation();
  const here = useLocation().pathname === path;
  const Icon = ICONS[name];
  // On a small screen only the page that one is on keeps its word in sight.
  return (
    <Tooltip label={t(`page.${name}`)}>
      <Button
        component={Link}
        to={path}
        variant={here ? "default" : "subtle"}
        color="gray"
        size="compact-md"
        aria-current={here ? "page" : undefined}
        data-testid={`${name}-link`}
      >
        <Icon size="1.1rem" aria-hidden />
        <span className={classes.pageName}>{t(`page.${name}`)}</span>
      </Button>
    </Tooltip>
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
