import { Button, Kbd } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Camera } from "../../api/types";
import { useNow } from "../../time/clock";
import { nameOf } from "../cameras/useCameras";
import type { Given } from "./useVerdicts";
import classes from "./QueuePage.module.css";

interface UndoBarProps {
  given: Given | null;
  cameras: readonly Camera[] | undefined;
  onUndo: () => void;
}

/** The verdict given last can be taken back from anywhere for a while; its place is always there, so nothing moves. */
export function UndoBar({ given, cameras, onUndo }: UndoBarProps) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const leftS = given === null ? 0 : Math.floor((given.untilMs - nowMs) / 1000);
  return (
    <div className={classes.undo} data-keeps-focus>
      {given !== null && leftS > 0 && (
        <>
          <span className={classes.given}>
            {t(`state.${given.state}`)}: {nameOf(cameras, given.camera)}
          </span>
          <Button
            variant="default"
            size="compact-sm"
            rightSection={<Kbd size="xs">u</Kbd>}
            onClick={onUndo}
            data-testid="undo-last"
          >
            {t("command.undo")}
          </Button>
          <span className={classes.seconds} aria-hidden>
            {t("duration.s", { s: leftS })}
          </span>
        </>
      )}
    </div>
  );
}
