/** How places in a zone file, and differences between two, are told. */
import type { TFunction } from "i18next";

import type { Difference } from "./compare";
import type { ZoneDocument } from "./document";

/** As "home, square:" for what lies in a zone; empty for the file as a whole. */
export function placeOf(document: ZoneDocument, where: readonly (string | number)[]): string {
  const preset = typeof where[1] === "number" ? document.presets[where[1]] : undefined;
  const zone = where[2] === "zones" && typeof where[3] === "number" ? preset?.zones[where[3]] : undefined;
  const names = [preset?.id, zone?.id].filter((name) => name !== undefined);
  return names.length === 0 ? "" : `${names.join(", ")}:`;
}

/** Indices of the zones of a preset in which something is wrong. */
export function faultyZones(faults: readonly { where: readonly (string | number)[] }[], preset: number): Set<number> {
  return new Set(
    faults.flatMap(({ where }) =>
      where[1] === preset && where[2] === "zones" && typeof where[3] === "number" ? [where[3]] : [],
    ),
  );
}

export function tellDifference(t: TFunction, difference: Difference): string {
  const { preset } = difference;
  switch (difference.what) {
    case "ground":
      return t("zones.differs.ground", { preset });
    case "set":
      return t("zones.differs.set", {
        preset,
        zone: difference.zone,
        field: difference.field,
        before: difference.before,
        after: difference.after,
      });
    case "added":
    case "removed":
    case "moved":
      return t(`zones.differs.${difference.what}`, { preset, zone: difference.zone });
  }
}
