import { Alert, Loader, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { tellProblem } from "../../api/problems";
import type { Camera, CameraLoad, Session } from "../../api/types";
import { byUrgency, useCameras } from "../cameras/useCameras";
import { tellWhy } from "../cameras/why";
import { PriorityBadge } from "../incident/PriorityBadge";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { ZOOMS } from "./geometry";
import classes from "./Map.module.css";
import { SiteMapView } from "./SiteMapView";
import { useLoad, useMap } from "./useMap";

/** Where the cameras stand, how they are, and where something waits. */
export function MapPage({ user }: { user: Session["user"] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const map = useMap();
  const { data: cameras, error: camerasError } = useCameras();
  const { data: loads, error: loadsError } = useLoad();
  const [zoomStep, setZoomStep] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useRef<HTMLUListElement>(null);
  const error = map.error ?? camerasError ?? loadsError;

  const loadOf = new Map(loads?.map((load) => [load.camera, load]));
  const stateOf = new Map(cameras?.map((camera) => [camera.id, camera]));
  const open = (camera: string) => void navigate(`/?camera=${encodeURIComponent(camera)}`);

  function act(action: PageAction): void {
    if (action === "nextRow") moveFocus(rows.current, 1);
    if (action === "previousRow") moveFocus(rows.current, -1);
    if (action === "closer") setZoomStep(Math.min(zoomStep + 1, ZOOMS.length - 1));
    if (action === "farther") setZoomStep(Math.max(zoomStep - 1, 0));
    if (action === "whole") setZoomStep(0);
  }

  return (
    <PageShell page="map" role={user.role} title={t("page.map")} onAction={act}>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)}
        </Alert>
      )}
      {map.isPending && <Loader role="status" aria-label={t("map.loading")} />}
      {map.data !== undefined && (
        <div className={classes.columns}>
          {map.data.cameras.length === 0 ? (
            <Text c="dimmed" data-testid="map-empty">
              {t("map.empty")}
            </Text>
          ) : (
            <SiteMapView
              map={map.data}
              states={stateOf}
              loads={loadOf}
              zoom={ZOOMS[zoomStep] ?? 1}
              chosen={chosen}
              onChoose={setChosen}
              onOpen={open}
            />
          )}
          <ul className={classes.rows} ref={rows} aria-label={t("cameras.title")}>
            {byUrgency(cameras ?? []).map((camera) => (
              <li key={camera.id}>
                <Row
                  camera={camera}
                  load={loadOf.get(camera.id)}
                  chosen={camera.id === chosen}
                  onChoose={() => setChosen(camera.id)}
                  onOpen={() => open(camera.id)}
                />
              </li>
            ))}
          </ul>
        </div>
      )}
    </PageShell>
  );
}

interface RowProps {
  camera: Camera;
  load: CameraLoad | undefined;
  chosen: boolean;
  onChoose: () => void;
  onOpen: () => void;
}

/** Focus shows it on the map; Enter or a click opens what waits there. */
function Row({ camera, load, chosen, onChoose, onOpen }: RowProps) {
  const { t } = useTranslation();
  const blind = camera.state === "online" && camera.not_watching !== null;
  const why = camera.not_watching ?? camera.reason;
  const state = blind ? t("cameras.notWatching") : t(`cameras.state.${camera.state}`);
  return (
    <button
      type="button"
      className={classes.row}
      onFocus={onChoose}
      onClick={onOpen}
      data-row
      data-testid="map-row"
      data-camera={camera.id}
      data-chosen={chosen}
      data-tone={blind ? "blind" : camera.state}
    >
      <b>{camera.name}</b>
      <span className={classes.state} title={why === null ? undefined : tellWhy(t, why)}>
        {state}
      </span>
      {load !== undefined && (
        <span className={classes.waits}>
          <PriorityBadge priority={load.priority} /> {t("map.waits", { count: load.open })}
        </span>
      )}
    </button>
  );
}
