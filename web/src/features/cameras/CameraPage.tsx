import { Button, Loader, Text } from "@mantine/core";
import { IconArrowLeft, IconSchool } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import type { Camera, Role, Session } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { mayLook } from "../entry/useEntry";
import type { PageAction } from "../pages/pageKeys";
import { hasPage } from "../pages/pages";
import { PageShell } from "../pages/PageShell";
import classes from "./Cameras.module.css";
import { CameraState } from "./CamerasPage";
import { Faults } from "./Faults";
import { LearnDialog } from "./LearnDialog";
import { LivePicture } from "./LivePicture";
import { Steering } from "./Steering";
import { mayLearn, useLastSuggestion } from "./useCamera";
import { useCameras } from "./useCameras";
import { useSteering } from "./useSteering";
import { WatchedToday } from "./WatchedToday";

/** One camera, large: what it shows, who steers it, what was watched. */
export function CameraPage({ user }: { user: Session["user"] }) {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const { data: cameras } = useCameras();
  const camera = cameras?.find((one) => one.id === id);
  const back = (
    <Link className={classes.back} to="/cameras">
      <IconArrowLeft size="1rem" aria-hidden /> {t("spot.list")}
    </Link>
  );
  if (camera === undefined) {
    return (
      <PageShell page="camera" role={user.role} title={t("cameras.title")}>
        {back}
        {cameras === undefined ? <Loader role="status" aria-label={t("cameras.loading")} /> : <Text role="alert">{t("spot.missing")}</Text>}
      </PageShell>
    );
  }
  return <Spot key={camera.id} camera={camera} user={user} back={back} />;
}

interface SpotProps {
  camera: Camera;
  user: Session["user"];
  back: React.ReactNode;
}

function Spot({ camera, user, back }: SpotProps) {
  const { t } = useTranslation();
  const [learning, setLearning] = useState(false);
  const steering = useSteering(camera, user);
  const learns = mayLearn(user.role);
  const fault = useRef<HTMLInputElement>(null);

  function act(action: PageAction, key: string): void {
    if (action === "learn" && learns) setLearning(true);
    else if (action === "reportFault") fault.current?.focus();
    else steering.act(action, key);
  }

  return (
    <PageShell page="camera" role={user.role} title={camera.name} onAction={act}>
      {back}
      <div className={classes.spot}>
        <div className={classes.view}>
          {mayLook(user.role) ? <LivePicture camera={camera} /> : <Text c="dimmed">{t("spot.noLook")}</Text>}
          <CameraState camera={camera} />
          {hasPage(user.role, "queue") && <LastSuggestion camera={camera} role={user.role} />}
        </div>
        <div className={classes.side}>
          <Steering steering={steering} user={user} />
          {learns && (
            <Button
              variant="default"
              leftSection={<IconSchool size="1.1rem" aria-hidden />}
              onClick={() => setLearning(true)}
              data-testid="open-learn"
            >
              {t("spot.learn")}
            </Button>
          )}
          <Faults camera={camera.id} fieldRef={fault} />
          <WatchedToday camera={camera.id} />
        </div>
      </div>
      <LearnDialog camera={camera} opened={learning} steering={steering} onClose={() => setLearning(false)} />
    </PageShell>
  );
}

function LastSuggestion({ camera }: { camera: Camera; role: Role }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const { data: last } = useLastSuggestion(camera.id, true);
  if (last === undefined) return null;
  const told =
    last === null
      ? t("spot.lastNone")
      : t("spot.lastOpen", {
          kind: t(`kind.${last.kind}`),
          zone: last.zone,
          time: formatMoment(i18n.language, last.raised_at, nowMs),
        });
  return (
    <p className={classes.last} data-testid="last-suggestion">
      <b>{t("spot.lastTitle")}</b>: {told}
    </p>
  );
}
