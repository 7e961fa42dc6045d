import { IconEye, IconParkingCircle, IconSwords, IconUsersGroup } from "@tabler/icons-react";

import type { Kind } from "../../api/types";

const ICONS = {
  parking: IconParkingCircle,
  loitering: IconUsersGroup,
  fight: IconSwords,
  other: IconEye,
} satisfies Record<Kind, unknown>;

export function KindIcon({ kind }: { kind: Kind }) {
  const Icon = ICONS[kind];
  return <Icon size="1.15em" aria-hidden />;
}
