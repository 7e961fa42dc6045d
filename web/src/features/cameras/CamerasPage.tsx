import { Alert, Button, Loader, Text } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconVideo, IconVideoOff } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { tellProblem } from "../../api/problems";
import type { Camera, Session } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { mayLook } from "../entry/useEntry";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { BlindToday } from "./BlindToday";
import classes from "./Cameras.module.css";
import { LivePicture } from "./LivePicture";
import { byUrgency, isBlind, useCameras } from "./useCameras";
import { openFaultsOf, useFaults } from "./useFaults";
import { tellWhy } from "./why";

/** A thumbnail is renewed so often, and only while it is in sight. */
const THUMBNAIL_FPS = 0.2;

/** Every camera, and whether rules look at what it shows; those that are not watched first. */
export function CamerasPage({ user }: { user: Session["user"] }) {
  const { t } = useTranslation();
  const { data: cameras, error, refetch } = useCameras();
  const rows = useRef<HTMLTableElement>(null);

  function act(action: PageAction): void {
    if (action === "nextRow") moveFocus(rows.current, 1);
    if (action === "previousRow") moveFocus(rows.current, -1);
  }

  return (
    <PageShell page="cameras" role={user.role} title={t("cameras.title")} onAction={act}>
      <Text c="dimmed">{t("spot.help")}</Text>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)}{" "}
          <Button size="compact-sm" onClick={() => void refetch()}>
            {t("queue.retry")}
          </Button>
        </Alert>
      )}
      {cameras === undefined && error === null && <Loader role="status" aria-label={t("cameras.loading")} />}
      {cameras?.length === 0 && <Text>{t("cameras.none")}</Text>}
      {cameras !== undefined && cameras.length > 0 && (
        <table className={classes.table} ref={rows} aria-labelledby="page-title">
          <thead>
            <tr>
              {mayLook(user.role) && <th scope="col">{t("spot.picture")}</th>}
              <th scope="col">{t("spot.camera")}</th>
              <th scope="col">{t("spot.watches")}</th>
              <th scope="col">{t("spot.blind")}</th>
            </tr>
          </thead>
          <tbody>
            {byUrgency(cameras).map((camera) => (
              <Row key={camera.id} camera={camera} pictures={mayLook(user.role)} />
            ))}
          </tbody>
        </table>
      )}
    </PageShell>
  );
}

function Row({ camera, pictures }: { camera: Camera; pictures: boolean }) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection<HTMLDivElement>();
  return (
    <tr data-testid="camera-row" data-camera={camera.id} data-state={camera.state} data-blind={isBlind(camera)}>
      {pictures && (
        <td className={classes.thumbnail}>
          <div ref={ref} className={classes.frame}>
            {entry?.isIntersecting === true && <LivePicture camera={camera} size="small" fps={THUMBNAIL_FPS} />}
          </div>
        </td>
      )}
      <td>
        <Link className={classes.name} to={`/cameras/${encodeURIComponent(camera.id)}`} aria-label={t("spot.open", { camera: camera.name })} data-row>
          {camera.name}
        </Link>
      </td>
      <td>
        <CameraState camera={camera} />
        <OpenFaults camera={camera.id} />
      </td>
      <td>
        <BlindToday camera={camera} />
      </td>
    </tr>
  );
}

/** Online or not, since when; what it watches, or why not; what is wrong. Never by colour alone. */
export function CameraState({ camera }: { camera: Camera }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const since = t("cameras.since", { time: formatMoment(i18n.language, camera.since, nowMs) });
  const blind = isBlind(camera);
  const Icon = camera.state === "online" && !blind ? IconVideo : IconVideoOff;
  return (
    <div className={classes.state} data-testid="camera-state" data-state={camera.state} data-blind={blind} data-preset={camera.preset}>
      <Icon size="1.1rem" aria-hidden />
      <span>
        {t(`cameras.state.${camera.state}`)} <span className={classes.quiet}>{since}</span>
        {camera.state === "online" && camera.preset !== null && <>, {t("spot.at", { preset: camera.preset })}</>}
        {camera.state === "online" && camera.not_watching !== null && (
          <b className={classes.blind} data-testid="not-watching">
            {t("cameras.notWatching")}: {tellWhy(t, camera.not_watching)}
          </b>
        )}
        {camera.reason !== null && (
          <span className={classes.fault} data-testid="camera-fault">
            {t("spot.fault")}: {tellWhy(t, camera.reason)}
          </span>
        )}
      </span>
    </div>
  );
}

/** What people reported, so that nobody does so twice. */
function OpenFaults({ camera }: { camera: string }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const { data: faults } = useFaults();
  return openFaultsOf(faults, camera).map((one) => (
    <span key={one.id} className={classes.reported} data-testid="reported-fault">
      {t("faults.short", { what: one.what, at: formatMoment(i18n.language, one.at, nowMs) })}
      {one.ticket !== "" && `, ${t("faults.numbered", { ticket: one.ticket })}`}
    </span>
  ));
}
