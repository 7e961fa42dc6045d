import { Alert, Button, Kbd, Text } from "@mantine/core";
import { useElementSize, useMergedRef, useViewportSize } from "@mantine/hooks";
import { useRef, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";

import { tellProblem } from "../../api/problems";
import type { Camera, CameraLoad, Session } from "../../api/types";
import { LivePicture } from "../cameras/LivePicture";
import { byUrgency, useCameras } from "../cameras/useCameras";
import type { PictureSize } from "../cameras/useLivePicture";
import { PriorityBadge } from "../incident/PriorityBadge";
import { useLoad } from "../map/useMap";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { layOut } from "./layout";
import { nextScreen, useMacros, usePutOnScreen, useScreens } from "./useWall";
import classes from "./Wall.module.css";

/** As many screens as a desk has. */
const MOST = 10;
const FPS = 2;
/** A small picture, 480 pixels wide, may be stretched to this. */
const FINE_ENOUGH_PX = 640;
/** In `rem`: what stands above the wall, below a picture, between tiles, and the least width of one. */
const REM = { above: 11.5, caption: 4.6, gap: 0.7, least: 15 };

/** Up to ten pictures at once; a macro puts others there by one key. */
export function WallPage({ user }: { user: Session["user"] }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const { data: cameras, error } = useCameras();
  const { data: macros } = useMacros();
  const { data: loads } = useLoad();
  const { data: screens } = useScreens();
  const putting = usePutOnScreen();
  const wall = useRef<HTMLDivElement>(null);

  const macro = macros?.find(({ id }) => id === params.get("macro"));
  const shown = camerasOf(cameras ?? [], macro?.cameras);
  const { ref: measured, columns, size } = useColumns(shown.length);

  function show(id: string | undefined): void {
    setParams(id === undefined ? {} : { macro: id }, { replace: true });
  }

  function put(camera: string): void {
    const screen = nextScreen(screens ?? [], camera);
    if (screen !== null) putting.mutate({ screen, camera });
  }

  function act(action: PageAction, key: string): void {
    if (action === "macro") {
      const wanted = macros?.[Number(key) - 1];
      if (wanted !== undefined) show(wanted.id);
    }
    if (action === "whole") show(undefined);
    if (action === "nextRow") moveFocus(wall.current, 1);
    if (action === "previousRow") moveFocus(wall.current, -1);
    const focused = document.activeElement?.closest<HTMLElement>("[data-camera]")?.dataset["camera"];
    if (action === "toScreen" && focused !== undefined) put(focused);
  }

  return (
    <PageShell page="wall" role={user.role} title={t("page.wall")} onAction={act}>
      {(error ?? putting.error) !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error ?? putting.error)}
        </Alert>
      )}
      <div className={classes.macros} role="group" aria-label={t("wall.macros")}>
        <MacroButton name={t("wall.all")} keyName="0" pressed={macro === undefined} onPress={() => show(undefined)} />
        {macros?.map((one, index) => (
          <MacroButton
            key={one.id}
            name={one.name[i18n.language === "en" ? "en" : "nl"]}
            keyName={index < 9 ? String(index + 1) : null}
            pressed={one === macro}
            onPress={() => show(one.id)}
          />
        ))}
      </div>
      {cameras?.length === 0 && <Text c="dimmed">{t("cameras.none")}</Text>}
      <div className={classes.wall} ref={useMergedRef(wall, measured)} style={columns} data-testid="wall">
        {shown.map((camera) => (
          <Tile
            key={camera.id}
            camera={camera}
            size={size}
            load={loads?.find((load) => load.camera === camera.id)}
            screen={screens?.find((one) => one.camera === camera.id)?.screen}
            onOpen={() => void navigate(`/cameras/${encodeURIComponent(camera.id)}`)}
            onPut={() => put(camera.id)}
          />
        ))}
      </div>
    </PageShell>
  );
}

/** As large as they can be, whatever the screen. */
function useColumns(count: number): { ref: React.RefCallback<HTMLDivElement>; columns: CSSProperties; size: PictureSize } {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const { height } = useViewportSize();
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const { columns, tile } = layOut(count, {
    width,
    height: height - REM.above * rem,
    gap: REM.gap * rem,
    caption: REM.caption * rem,
    least: REM.least * rem,
  });
  const size = tile * window.devicePixelRatio > FINE_ENOUGH_PX ? "large" : "small";
  return { ref, size, columns: { gridTemplateColumns: `repeat(${String(columns)}, ${String(Math.floor(tile))}px)` } };
}

/** In the order of the macro; without one, those that are not watched first. */
function camerasOf(cameras: readonly Camera[], ids: readonly string[] | undefined): readonly Camera[] {
  if (ids === undefined) return byUrgency(cameras).slice(0, MOST);
  return ids.flatMap((id) => cameras.filter((camera) => camera.id === id));
}

interface MacroButtonProps {
  name: string;
  keyName: string | null;
  pressed: boolean;
  onPress: () => void;
}

function MacroButton({ name, keyName, pressed, onPress }: MacroButtonProps) {
  return (
    <Button
      variant={pressed ? "filled" : "default"}
      size="compact-md"
      aria-pressed={pressed}
      rightSection={keyName !== null && <Kbd size="xs">{keyName}</Kbd>}
      onClick={onPress}
      data-testid="macro"
    >
      {name}
    </Button>
  );
}

interface TileProps {
  camera: Camera;
  size: PictureSize;
  load: CameraLoad | undefined;
  /** Of the control room, where it shows this camera. */
  screen: number | undefined;
  onOpen: () => void;
  onPut: () => void;
}

function Tile({ camera, size, load, screen, onOpen, onPut }: TileProps) {
  const { t } = useTranslation();
  const blind = camera.state === "online" && camera.not_watching !== null;
  return (
    <article className={classes.tile} aria-label={camera.name} data-testid="wall-tile" data-camera={camera.id}>
      <button type="button" className={classes.picture} onClick={onOpen} data-row>
        <LivePicture camera={camera} size={size} fps={FPS} />
        <span className={classes.caption}>
          <b>{camera.name}</b>
          <span className={classes.state}>{blind ? t("cameras.notWatching") : t(`cameras.state.${camera.state}`)}</span>
          {load !== undefined && (
            <span className={classes.waits}>
              <PriorityBadge priority={load.priority} /> {t("map.waits", { count: load.open })}
            </span>
          )}
        </span>
      </button>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        disabled={screen !== undefined}
        rightSection={<Kbd size="xs">p</Kbd>}
        onClick={onPut}
        data-testid="to-screen"
      >
        {screen === undefined ? t("wall.toScreen") : t("wall.onScreen", { screen })}
      </Button>
    </article>
  );
}
