import { Button, Kbd, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconArrowsExchange, IconFrame, IconZoomIn } from "@tabler/icons-react";
import { useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import { snapshotUrl } from "../../api/evidence";
import type { Incident } from "../../api/types";
import { Clip } from "./Clip";
import { usePurpose } from "./purpose";
import { PurposeForm } from "./PurposeForm";
import classes from "./Evidence.module.css";

interface EvidenceProps {
  incident: Incident;
  cameraName: string;
  video: RefObject<HTMLVideoElement | null>;
  snapshotLarge: boolean;
  marked: boolean;
  onSwap: () => void;
  onMarks: () => void;
}

/**
 * Clip and wide shot side by side; one of them large. Without a clip the wide shot is the large one. Where there is a
 * close-up it is shown first, since it tells most in two seconds.
 */
export function Evidence(props: EvidenceProps) {
  const { open, tell } = usePurpose(props.incident.id);
  if (!open) return <PurposeForm onTell={tell} />;
  const moves = props.incident.has_clip || props.incident.has_closeup;
  const snapshotLarge = props.snapshotLarge || !moves;
  return (
    <>
      <ClipFigure {...props} large={!snapshotLarge} />
      <SnapshotFigure {...props} large={snapshotLarge} />
    </>
  );
}

type FigureProps = EvidenceProps & { large: boolean };

function ClipFigure({ incident, cameraName, video, large, onSwap }: FigureProps) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const [wanted, setWanted] = useState(true);
  const close = incident.has_closeup && (wanted || !incident.has_clip);

  function content() {
    if (!incident.has_clip && !incident.has_closeup) return <p className={classes.none}>{t("evidence.noClip")}</p>;
    if (failed) return <NotLoaded onRetry={() => setFailed(false)} />;
    const tools = (
      <>
        {incident.has_clip && incident.has_closeup && (
          <Tool icon={<IconZoomIn size="1rem" aria-hidden />} pressed={close} onClick={() => setWanted(!wanted)}>
            {t("evidence.closeup")}
          </Tool>
        )}
        <Tool icon={<IconArrowsExchange size="1rem" aria-hidden />} keyName="v" onClick={onSwap}>
          {t("evidence.swap")}
        </Tool>
      </>
    );
    return (
      <Clip
        incident={incident}
        cameraName={cameraName}
        video={video}
        close={close}
        tool={tools}
        onFailed={() => setFailed(true)}
      />
    );
  }

  return (
    <figure className={large ? classes.large : classes.small} data-testid="evidence-clip" data-large={large}>
      {content()}
    </figure>
  );
}

function SnapshotFigure({ incident, cameraName, large, marked, onMarks }: FigureProps) {
  const { t } = useTranslation();
  const { purpose } = usePurpose(incident.id);
  const [failed, setFailed] = useState(false);

  function content() {
    if (!incident.has_snapshot) return <p className={classes.none}>{t("evidence.noSnapshot")}</p>;
    if (failed) return <NotLoaded onRetry={() => setFailed(false)} />;
    return (
      <img
        className={classes.media}
        src={snapshotUrl(incident, marked, purpose)}
        alt={t("evidence.snapshotOf", { camera: cameraName, zone: incident.zone })}
        onError={() => setFailed(true)}
        data-testid="snapshot"
        data-marked={marked && incident.has_annotated}
      />
    );
  }

  return (
    <figure className={large ? classes.large : classes.small} data-testid="evidence-snapshot" data-large={large}>
      {content()}
      <figcaption className={classes.caption}>
        <span>{t("evidence.snapshot")}</span>
        <span className={classes.spread} />
        {incident.has_annotated && (
          <Tool icon={<IconFrame size="1rem" aria-hidden />} keyName="m" onClick={onMarks} pressed={marked}>
            {t("evidence.marks")}
          </Tool>
        )}
      </figcaption>
    </figure>
  );
}

interface ToolProps {
  icon: ReactNode;
  keyName?: string;
  pressed?: boolean;
  onClick: () => void;
  children: string;
}

function Tool({ icon, keyName, pressed, onClick, children }: ToolProps) {
  return (
    <UnstyledButton className={classes.tool} onClick={onClick} aria-pressed={pressed} title={children}>
      {icon}
      <VisuallyHidden>{children} </VisuallyHidden>
      {keyName !== undefined && <Kbd size="xs">{keyName}</Kbd>}
    </UnstyledButton>
  );
}

function NotLoaded({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.none} role="alert">
      {t("evidence.failed")}
      <Button variant="default" size="compact-md" onClick={onRetry}>
        {t("queue.retry")}
      </Button>
    </div>
  );
}
