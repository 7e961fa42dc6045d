/** What a line of signals says, in words and figures. */
import type { TFunction } from "i18next";

import type { Signal } from "../../api/types";
import { localeOf } from "../../i18n";
import { typeName } from "../incident/reason";

const LEAST_SHOWN = 0.001;

export function formatFigure(language: string, value: number, digits = 1): string {
  return new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: digits }).format(value);
}

/** "Parkeren, Grote Markt, zone square", "Parkeren, van 12 tot 15 uur", "Wildplassen (ingevoerd)". */
export function tellTopic(
  t: TFunction,
  signal: Pick<Signal, "about" | "kind" | "camera" | "zone" | "hour" | "type">,
  nameOf: (camera: string) => string,
  blockHours: number,
): string {
  const kind = t(`kind.${signal.kind}`);
  if (signal.type !== null) return t("signals.entered", { type: typeName(t, signal.type) });
  if (signal.hour !== null) {
    const to = signal.hour + blockHours;
    return t("signals.kindAt", { kind, place: t("signals.hours", { from: signal.hour, to }) });
  }
  if (signal.camera === null) return t("signals.everywhere", { kind });
  const camera = nameOf(signal.camera);
  const place = signal.zone === null ? camera : t("signals.zoneAt", { camera, zone: signal.zone });
  return t("signals.kindAt", { kind, place });
}

/** "3,0× (1,9 tot 4,6)"; empty where nothing was tested. */
export function tellTimes(t: TFunction, language: string, signal: Pick<Signal, "ratio" | "low" | "high">): string {
  if (signal.low === null) return "";
  const low = formatFigure(language, signal.low);
  if (signal.ratio === null || signal.high === null) return t("signals.fromNothing", { low });
  return t("signals.timesOf", { ratio: formatFigure(language, signal.ratio), low, high: formatFigure(language, signal.high) });
}

export function tellChance(t: TFunction, language: string, adjusted: number | null): string {
  if (adjusted === null) return "";
  if (adjusted < LEAST_SHOWN) return t("signals.less", { limit: formatFigure(language, LEAST_SHOWN, 3) });
  return formatFigure(language, adjusted, 3);
}
