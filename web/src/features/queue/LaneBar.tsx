import { ActionIcon, Tooltip } from "@mantine/core";
import { IconBell, IconBellOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Lane } from "../../api/types";
import { formatClock } from "../../time/format";
import type { Alarm } from "../sound/useAlarm";
import classes from "./FilterBar.module.css";
import { LANES } from "./lanes";

interface LaneBarProps {
  lanes: readonly Lane[];
  alarm: Alarm | null;
  soundOn: boolean;
  onSound: () => void;
}

/** How much is open of each priority, whatever the filter; what urgent thing came last; and sound on or off. */
export function LaneBar({ lanes, alarm, soundOn, onSound }: LaneBarProps) {
  const { t } = useTranslation();
  const Icon = soundOn ? IconBell : IconBellOff;
  const label = t(soundOn ? "sound.off" : "sound.on");
  return (
    <div className={classes.row}>
      <span className={classes.lanes} data-testid="lanes">
        {LANES.map((name) => {
          const open = lanes.find(({ priority }) => (priority ?? "none") === name)?.open ?? 0;
          if (name === "none" && open === 0) return null;
          return (
            <span key={name} data-lane={name} data-open={open} data-testid={`lane-count-${name}`}>
              {t(`lane.short.${name}`)} <b>{open}</b>
            </span>
          );
        })}
      </span>
      <AlarmLine alarm={alarm} />
      <Tooltip label={label}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={label}
          aria-pressed={soundOn}
          onClick={onSound}
          data-testid="sound"
        >
          <Icon size="1.1rem" aria-hidden />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function AlarmLine({ alarm }: { alarm: Alarm | null }) {
  const { t, i18n } = useTranslation();
  return (
    <span
      className={classes.alarm}
      role="status"
      data-testid="alarm"
      data-priority={alarm?.priority}
      data-sounded={alarm?.sounded ?? undefined}
    >
      {alarm !== null && t("sound.alarm", { priority: alarm.priority, time: formatClock(i18n.language, alarm.atMs) })}
      {alarm?.sounded === false && ` ${t("sound.silent")}`}
    </span>
  );
}
