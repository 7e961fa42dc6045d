/** The counts of a group, which come as one fact: "3 3 4", so many seconds apart. */
import type { Incident } from "../../api/types";

export function peopleOverTime(incident: Pick<Incident, "facts">): { people: number[]; stepS: number } | null {
  const { people_over_time: counts, people_over_time_step_s: stepS } = incident.facts;
  if (typeof counts !== "string" || typeof stepS !== "number") return null;
  const people = counts.split(" ").filter((word) => word !== "").map(Number);
  return people.length > 1 && people.every(Number.isFinite) ? { people, stepS } : null;
}
