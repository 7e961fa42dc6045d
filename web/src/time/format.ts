/** Times and durations as people read them. Times are always those of the cameras: Europe/Amsterdam. */
import type { TFunction } from "i18next";

import { localeOf } from "../i18n";

const TIME_ZONE = "Europe/Amsterdam";
const SECONDS_ONLY_BELOW_S = 120;

/** A duration in at most two units: `64 s`, `12 min 34 s`, `3 h 5 min`, `2 d 4 h`. Rounds down. */
export function formatDuration(t: TFunction, seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < SECONDS_ONLY_BELOW_S) return t("duration.s", { s });
  if (s < 3600) return t("duration.min", { min: Math.floor(s / 60), s: s % 60 });
  if (s < 86400) return t("duration.h", { h: Math.floor(s / 3600), min: Math.floor((s % 3600) / 60) });
  return t("duration.d", { d: Math.floor(s / 86400), h: Math.floor((s % 86400) / 3600) });
}

/** A duration that a person has set: whole minutes have no seconds behind them. */
export function formatLimit(t: TFunction, seconds: number): string {
  const whole = seconds >= SECONDS_ONLY_BELOW_S && seconds < 3600 && seconds % 60 === 0;
  return whole ? t("duration.wholeMin", { min: seconds / 60 }) : formatDuration(t, seconds);
}

/** How long ago `iso` was at `nowMs`; never negative. */
export function formatAge(t: TFunction, iso: string, nowMs: number): string {
  return formatDuration(t, (nowMs - Date.parse(iso)) / 1000);
}

/** To make one takes a hundred times as long as to use it, and every card of the queue uses some every second. */
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + Object.entries(options).join();
  const known = made.get(key);
  if (known !== undefined) return known;
  const fresh = new Intl.DateTimeFormat(localeOf(language), { timeZone: TIME_ZONE, hourCycle: "h23", ...options });
  made.set(key, fresh);
  return fresh;
}

export function formatClock(language: string, ms: number): string {
  return formatter(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
}

/** The time with seconds; with the day before it when that is not the day of `nowMs`. */
export function formatMoment(language: string, iso: string, nowMs: number): string {
  const ms = Date.parse(iso);
  const day = formatter(language, { weekday: "short", day: "numeric", month: "short" });
  const time = formatClock(language, ms);
  return day.format(ms) === day.format(nowMs) ? time : `${day.format(ms)} ${time}`;
}

/** UTC of a time on the clocks of the cameras, as a field of a form has it (`2026-05-01T08:00`); null where it is none. */
export function isoOf(wallClock: string): string | null {
  const asUtcMs = Date.parse(`${wallClock}Z`);
  if (Number.isNaN(asUtcMs)) return null;
  // The second time with the offset of about that moment: right also on the day on which the clocks change.
  const about = asUtcMs - offsetMs(asUtcMs);
  return new Date(asUtcMs - offsetMs(about)).toISOString();
}

/** By how much the clocks of the cameras are ahead of UTC at that moment. */
function offsetMs(ms: number): number {
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: TIME_ZONE, dateStyle: "short", timeStyle: "medium" });
  return Date.parse(`${shown.format(ms).replace(" ", "T")}Z`) - Math.floor(ms / 1000) * 1000;
}

const tenths = { nl: tenthsOf("nl"), en: tenthsOf("en") };

function tenthsOf(language: string): Intl.NumberFormat {
  return new Intl.NumberFormat(localeOf(language), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A place in a clip, in seconds: `1,2`. */
export function formatTenths(language: string, seconds: number): string {
  return tenths[language === "en" ? "en" : "nl"].format(seconds);
}
