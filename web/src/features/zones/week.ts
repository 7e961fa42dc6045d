/** Windows of a week as hours of a grid, and back. */
import { DAYS, withField, type Day, type Window } from "./document";

export const HOURS = 24;
const DAY_MIN = 24 * 60;

export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Whether a weekly window covers any part of an hour of a day; one with dates has no place in a week. */
export function covers(window: Window, day: Day, hour: number): boolean {
  if (window.dates !== undefined) return false;
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  const begins = (one: Day) => window.days === undefined || window.days.includes(one);
  const yesterday = DAYS[(DAYS.indexOf(day) + 6) % 7] ?? day;
  const [start, end] = [hour * 60, hour * 60 + 60];
  const touches = (a: number, b: number) => a < end && b > start;
  if (from < to) return begins(day) && touches(from, to);
  return (begins(day) && touches(from, DAY_MIN)) || (begins(yesterday) && touches(0, to));
}

/** A new window: weekdays, from seven to eleven. */
export function freshWindow(): Window {
  return { days: ["mon", "tue", "wed", "thu", "fri"], from: "07:00", to: "11:00" };
}

/** The days of a week in which a day is switched; all seven are the same as none named. */
export function switchDay(window: Window, day: Day): Window {
  const before = window.days ?? [...DAYS];
  const days = DAYS.filter((one) => (one === day ? !before.includes(one) : before.includes(one)));
  return withField(window, "days", days.length === DAYS.length ? undefined : days);
}

/** Dates as people type them, with commas or spaces between; null where one is none. */
export function datesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ""))];
}
