import { VisuallyHidden } from "@mantine/core";
import { useCallbackRef } from "@mantine/hooks";
import { IconVideo, IconVideoOff, IconVideoPlus } from "@tabler/icons-react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Camera } from "../../api/types";
import { serverNowMs } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { useFilter } from "../queue/useFilter";
import classes from "./CameraStrip.module.css";
import { byUrgency, useCameras } from "./useCameras";
import { tellWhy } from "./why";

const ICONS = { online: IconVideo, offline: IconVideoOff, starting: IconVideoPlus };

/** What is being watched and what is not. A camera is also a filter on the queue. */
export function CameraStrip() {
  const { t } = useTranslation();
  const { data: cameras, isError } = useCameras();
  const { filter, change } = useFilter();
  const ordered = useMemo(() => byUrgency(cameras ?? []), [cameras]);
  const press = useCallbackRef((id: string) => change({ camera: filter.camera === id ? null : id }));

  const online = cameras?.filter((camera) => camera.state === "online").length ?? 0;
  function summary(): string {
    if (isError) return t("cameras.unknown");
    if (cameras === undefined) return t("cameras.loading");
    return cameras.length === 0 ? t("cameras.none") : t("cameras.summary", { online, total: cameras.length });
  }

  return (
    <section
      className={classes.strip}
      aria-label={t("cameras.title")}
      data-testid="cameras"
      data-known={!isError && cameras !== undefined}
    >
      <span className={classes.summary}>{summary()}</span>
      <ul className={classes.list} data-keeps-focus>
        {ordered.map((camera) => (
          <li key={camera.id}>
            <CameraChip camera={camera} pressed={filter.camera === camera.id} onPress={press} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface CameraChipProps {
  camera: Camera;
  pressed: boolean;
  onPress: (id: string) => void;
}

/** A city has a hundred of them, so one renders only when it changes; the day in its words is that of its last change. */
const CameraChip = memo(function CameraChip({ camera, pressed, onPress }: CameraChipProps) {
  const { t, i18n } = useTranslation();
  const Icon = ICONS[camera.state];
  const state = t(`cameras.state.${camera.state}`);
  const since = t("cameras.since", { time: formatMoment(i18n.language, camera.since, serverNowMs()) });
  const blind = camera.state === "online" && camera.not_watching !== null;
  const notWatching = blind ? t("cameras.notWatching") : "";
  const told = camera.state === "online" ? notWatching : `${state} ${since}`;
  const preset = camera.preset === null ? null : t("cameras.preset", { preset: camera.preset });
  const [fault, why] = [camera.reason, camera.not_watching].map((reason) => reason && tellWhy(t, reason));
  return (
    <button
      type="button"
      className={classes.chip}
      aria-pressed={pressed}
      title={[state, since, fault, preset, notWatching, why].filter(Boolean).join(", ")}
      onClick={() => onPress(camera.id)}
      data-testid="camera"
      data-camera={camera.id}
      data-state={camera.state}
      data-blind={blind}
    >
      <Icon size="1.05rem" aria-hidden />
      <span className={classes.name}>{camera.name}</span>
      {told && <span className={classes.told}>{told}</span>}
      <VisuallyHidden>
        {told === "" && `, ${state}`}. {t("cameras.filter")}
      </VisuallyHidden>
    </button>
  );
});
