import {
  IconAntennaBars2,
  IconAntennaBars3,
  IconAntennaBars4,
  IconAntennaBars5,
  IconAntennaBarsOff,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Band } from "../../api/types";
import classes from "./BandBadge.module.css";

const ICONS = {
  unlikely: IconAntennaBars2,
  possible: IconAntennaBars3,
  likely: IconAntennaBars4,
  very_likely: IconAntennaBars5,
} satisfies Record<Band, unknown>;

/** How likely a suggestion is, in words and bars; says so where it is not known. */
export function BandBadge({ band }: { band: Band | null }) {
  const { t } = useTranslation();
  const Icon = band === null ? IconAntennaBarsOff : ICONS[band];
  return (
    <span className={classes.badge} data-band={band ?? "unknown"} data-testid="band-badge">
      <Icon size="1.1em" aria-hidden />
      {t(`band.${band ?? "unknown"}`)}
    </span>
  );
}
