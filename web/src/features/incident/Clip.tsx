import { Kbd, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useRef, useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import { clipUrl, closeupUrl, snapshotUrl } from "../../api/evidence";
import type { Incident } from "../../api/types";
import { localeOf } from "../../i18n";
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
  const [atS, setAtS] = useState(0);
  const [lengthS, setLengthS] = useState(0);
  const frame = useRef(0);
  const { purpose } = usePurpose(incident.id);

  /** Smoother than the four times a second of `timeupdate`. */
  function follow(): void {
    setAtS(video.current?.currentTime ?? 0);
    if (video.current?.paused === false) frame.current = requestAnimationFrame(follow);
  }

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
        onLoadedMetadata={(event) => setLengthS(event.currentTarget.duration)}
        onPlay={() => {
          setPlaying(true);
          cancelAnimationFrame(frame.current);
          follow();
        }}
        onPause={() => setPlaying(false)}
        onSeeked={(event) => setAtS(event.currentTarget.currentTime)}
        onError={onFailed}
        data-testid="clip"
        data-close={close}
        data-playing={playing}
      />
      <figcaption className={classes.caption}>
        <PlayButton playing={playing} onClick={() => toggle(video.current)} />
        <Seek
          atS={atS}
          lengthS={lengthS}
          onSeek={(seconds) => {
            if (video.current) video.current.currentTime = seconds;
          }}
        />
        {tool}
      </figcaption>
    </>
  );
}

export function toggle(video: HTMLVideoElement | null): void {
  if (video?.paused) void video.play();
  else video?.pause();
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

interface SeekProps {
  atS: number;
  lengthS: number;
  onSeek: (seconds: number) => void;
}

function Seek({ atS, lengthS, onSeek }: SeekProps) {
  const { t, i18n } = useTranslation();
  const figure = new Intl.NumberFormat(localeOf(i18n.language), {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const told = t("evidence.at", { at: figure.format(atS), total: figure.format(lengthS) });
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
        onChange={(event) => onSeek(Number(event.currentTarget.value))}
      />
      <span className={classes.time}>{told}</span>
    </>
  );
}
