import { Kbd, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import { clipUrl, closeupUrl, snapshotUrl } from "../../api/evidence";
import type { Incident } from "../../api/types";
import { formatTenths } from "../../time/format";
import classes from "./Evidence.module.css";
import { usePurpose } from "./purpose";

interface ClipProps {
  incident: Incident;
  cameraName: string;
  video: RefObject<HTMLVideoElement | null>;
  /** Show the people only, instead of the whole picture. */
  close: boolean;
  /** Stands at the end of the line below the clip. */
  tool: ReactNode;
  onFailed: () => void;
}

/** A looped clip whose controls stand below it: those of the browser would cover what it shows. */
export function Clip({ incident, cameraName, video, close, tool, onFailed }: ClipProps) {
  const { t } = useTranslation();
  const still = useMediaQuery("(prefers-reduced-motion: reduce)", false, { getInitialValueInEffect: false });
  const [playing, setPlaying] = useState(false);
  const { purpose } = usePurpose(incident.id);

  return (
    <>
      <video
        ref={video}
        className={classes.media}
        src={close ? closeupUrl(incident, purpose) : clipUrl(incident, purpose)}
        {...(incident.has_snapshot && !close && { poster: snapshotUrl(incident, false, purpose) })}
        aria-label={t(close ? "evidence.closeupOf" : "evidence.clipOf", { camera: cameraName })}
        muted
        loop
        playsInline
        autoPlay={!still}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onError={onFailed}
        data-testid="clip"
        data-close={close}
        data-playing={playing}
      />
      <figcaption className={classes.caption}>
        <PlayButton playing={playing} onClick={() => toggle(video.current)} />
        <Seek video={video} />
        {tool}
      </figcaption>
    </>
  );
}

export function toggle(video: HTMLVideoElement | null): void {
  if (video?.paused) void video.play();
  else video?.pause();
}

function seek(video: HTMLVideoElement | null, toS: number): void {
  if (video !== null) video.currentTime = toS;
}

function PlayButton({ playing, onClick }: { playing: boolean; onClick: () => void }) {
  const { t } = useTranslation();
  const Icon = playing ? IconPlayerPauseFilled : IconPlayerPlayFilled;
  const label = playing ? t("evidence.pause") : t("evidence.play");
  return (
    <UnstyledButton className={classes.tool} title={label} onClick={onClick}>
      <Icon size="1rem" aria-hidden />
      <VisuallyHidden>{label} </VisuallyHidden>
      <Kbd size="xs">{t("keys.name.Space")}</Kbd>
    </UnstyledButton>
  );
}

const MOVES = ["loadedmetadata", "timeupdate", "seeked"] as const;

/** Where the clip is. Told by the clip itself, four times a second: with every frame, it would take the time that keys need. */
function Seek({ video }: Pick<ClipProps, "video">) {
  const { t, i18n } = useTranslation();
  const [{ atS, lengthS }, setPlace] = useState({ atS: 0, lengthS: 0 });

  useEffect(() => {
    const clip = video.current;
    if (clip === null) return;
    const look = () => setPlace({ atS: clip.currentTime, lengthS: clip.duration || 0 });
    for (const move of MOVES) clip.addEventListener(move, look);
    return () => {
      for (const move of MOVES) clip.removeEventListener(move, look);
    };
  }, [video]);

  const told = t("evidence.at", { at: formatTenths(i18n.language, atS), total: formatTenths(i18n.language, lengthS) });
  return (
    <>
      <input
        type="range"
        className={classes.seek}
        aria-label={t("evidence.seek")}
        aria-valuetext={told}
        min={0}
        max={lengthS}
        step={0.1}
        value={atS}
        onChange={(event) => seek(video.current, Number(event.currentTarget.value))}
      />
      <span className={classes.time}>{told}</span>
    </>
  );
}
