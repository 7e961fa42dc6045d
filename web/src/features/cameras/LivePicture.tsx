import { IconVideoOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Camera } from "../../api/types";
import { formatClock } from "../../time/format";
import classes from "./LivePicture.module.css";
import { useLivePicture, type PictureSize } from "./useLivePicture";

interface LivePictureProps {
  camera: Pick<Camera, "id" | "name" | "state">;
  /** 480 or 1280 pixels wide. */
  size?: PictureSize;
  /** How often to ask for the next one, up to 5 a second. */
  fps?: number;
}

/** What a camera shows now; for roles that may look (`mayLook`). It fills the width that it is given. */
export function LivePicture({ camera, size = "large", fps = 5 }: LivePictureProps) {
  const { t, i18n } = useTranslation();
  const shown = useLivePicture(camera.id, size, fps);
  if (shown === null) {
    return (
      <div className={classes.none} data-testid="live-picture" data-camera={camera.id} data-live={false}>
        <IconVideoOff size="1.4rem" aria-hidden />
        {t(camera.state === "online" ? "live.waiting" : "live.none")}
      </div>
    );
  }
  return (
    <div className={classes.picture} data-testid="live-picture" data-camera={camera.id} data-live={true}>
      <img src={shown.url} alt={t("live.of", { camera: camera.name })} />
      <time className={classes.time} dateTime={shown.takenAt}>
        {formatClock(i18n.language, Date.parse(shown.takenAt))}
      </time>
    </div>
  );
}
