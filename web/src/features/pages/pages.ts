/** Which page is for whom, and where it is. */
import type { Role } from "../../api/types";

export type PageName = "queue" | "cameras" | "map" | "wall" | "screens" | "handover" | "thresholds" | "zones" | "tables" | "signals" | "benchmarks" | "people" | "audit" | "profile";

export interface Page {
  name: PageName;
  path: string;
}

/** Roles that incidents are shown to; the others have no queue, and no event stream. */
const READERS: readonly Role[] = ["observer", "supervisor", "control_room", "enforcement", "investigator"];

const PAGES: readonly (Page & { roles: readonly Role[] | "all" })[] = [
  { name: "queue", path: "/", roles: READERS },
  { name: "cameras", path: "/cameras", roles: ["observer", "supervisor", "control_room", "operator"] },
  { name: "map", path: "/map", roles: ["observer", "supervisor", "control_room"] },
  { name: "wall", path: "/wall", roles: ["observer", "supervisor"] },
  { name: "screens", path: "/screens", roles: ["control_room", "observer", "supervisor"] },
  { name: "handover", path: "/handover", roles: ["observer", "supervisor"] },
  { name: "thresholds", path: "/thresholds", roles: ["supervisor"] },
  { name: "zones", path: "/zones", roles: ["supervisor"] },
  { name: "tables", path: "/tables", roles: ["supervisor"] },
  { name: "signals", path: "/signals", roles: ["supervisor"] },
  { name: "benchmarks", path: "/benchmarks", roles: ["operator"] },
  { name: "people", path: "/people", roles: ["administrator"] },
  { name: "audit", path: "/audit", roles: ["auditor", "administrator"] },
  { name: "profile", path: "/profile", roles: "all" },
];

/** In the order of the top bar; the first is where a person begins. */
export function pagesOf(role: Role): Page[] {
  return PAGES.filter(({ roles }) => roles === "all" || roles.includes(role));
}

export function hasPage(role: Role, name: PageName): boolean {
  return pagesOf(role).some((page) => page.name === name);
}

export function homeOf(role: Role): string {
  return pagesOf(role)[0]?.path ?? "/profile";
}

export function isPage(name: string): name is PageName {
  return PAGES.some((page) => page.name === name);
}
