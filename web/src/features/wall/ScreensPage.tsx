import { Alert, Button, Kbd, NativeSelect } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Camera, Screen, Session } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { LivePicture } from "../cameras/LivePicture";
import { nameOf, useCameras } from "../cameras/useCameras";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { usePutOnScreen, useScreens } from "./useWall";
import classes from "./Wall.module.css";

/** The four pictures of the regional control room, which observers put there and everybody who may look sees. */
export function ScreensPage({ user }: { user: Session["user"] }) {
  const { t } = useTranslation();
  const { data: cameras } = useCameras();
  const { data: screens, error } = useScreens();
  const putting = usePutOnScreen();
  const room = useRef<HTMLDivElement>(null);

  function act(action: PageAction, key: string): void {
    const all = [...(room.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    const focused = all.find((one) => one.contains(document.activeElement));
    if (action === "nextRow") moveFocus(room.current, 1);
    if (action === "previousRow") moveFocus(room.current, -1);
    if (action === "screen") all[Number(key) - 1]?.focus();
    if (action === "chooseCamera") (focused ?? all[0])?.querySelector("select")?.focus();
    if (action === "dark" && focused !== undefined) putting.mutate({ screen: all.indexOf(focused) + 1, camera: null });
  }

  return (
    <PageShell page="screens" role={user.role} title={t("page.screens")} onAction={act}>
      {(error ?? putting.error) !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error ?? putting.error)}
        </Alert>
      )}
      <div className={classes.screens} ref={room} data-testid="screens">
        {screens?.map((one) => (
          <OneScreen
            key={one.screen}
            one={one}
            cameras={cameras}
            onPut={(camera) => putting.mutate({ screen: one.screen, camera })}
          />
        ))}
      </div>
    </PageShell>
  );
}

interface OneScreenProps {
  one: Screen;
  cameras: readonly Camera[] | undefined;
  onPut: (camera: string | null) => void;
}

function OneScreen({ one, cameras, onPut }: OneScreenProps) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const { screen, camera: id, by, at } = one;
  const camera = cameras?.find((known) => known.id === id) ?? (id === null ? null : { id, name: id, state: "offline" as const });
  return (
    <article
      className={classes.screen}
      aria-label={t("screens.number", { screen })}
      tabIndex={-1}
      data-row
      data-testid="screen"
      data-screen={screen}
      data-camera={id ?? ""}
    >
      {camera === null ? <div className={classes.dark}>{t("screens.dark")}</div> : <LivePicture camera={camera} />}
      <div className={classes.bar}>
        <b>{screen}</b>
        <NativeSelect
          aria-label={t("screens.choose", { screen })}
          size="xs"
          value={id ?? ""}
          onChange={(event) => onPut(event.currentTarget.value || null)}
          data={[
            { value: "", label: t("screens.none") },
            ...(cameras ?? []).map((known) => ({ value: known.id, label: known.name })),
            ...(id !== null && cameras?.every((known) => known.id !== id) ? [{ value: id, label: nameOf(cameras, id) }] : []),
          ]}
          data-testid="screen-camera"
        />
        <span className={classes.state}>
          {by !== null && at !== null && t("screens.by", { name: by, at: formatMoment(i18n.language, at, nowMs) })}
        </span>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          disabled={id === null}
          rightSection={<Kbd size="xs">d</Kbd>}
          onClick={() => onPut(null)}
        >
          {t("screens.makeDark")}
        </Button>
      </div>
    </article>
  );
}
