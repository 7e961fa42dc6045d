import {
  IconArrowUpRight,
  IconBellRinging,
  IconCheck,
  IconChecks,
  IconEyeOff,
  IconMapPin,
  IconMessageCheck,
  IconUserCheck,
  IconUserOff,
  IconX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { State } from "../../api/types";
import classes from "./StateBadge.module.css";

const ICONS = {
  suggested: IconBellRinging,
  claimed: IconUserCheck,
  confirmed: IconCheck,
  rejected: IconX,
  escalated: IconArrowUpRight,
  acknowledged: IconMessageCheck,
  on_scene: IconMapPin,
  resolved: IconChecks,
  no_capacity: IconUserOff,
  expired: IconEyeOff,
} satisfies Record<State, unknown>;

/** A state by word, sign and colour: never by colour alone. */
export function StateBadge({ state }: { state: State }) {
  const { t } = useTranslation();
  const Icon = ICONS[state];
  return (
    <span className={classes.badge} data-state={state}>
      <Icon size="1em" aria-hidden />
      {t(`state.${state}`)}
    </span>
  );
}
