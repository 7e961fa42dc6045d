/** What the queue shows and which incident is chosen; kept in the address, so that it survives everything. */
import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { Kind, Priority, Role, Sort, State } from "../../api/types";
import { useSession } from "../session/useSession";

export const VIEWS = ["open", "told", "decided", "all"] as const;
/** What is held back, and what is late, are views of their own, opened from their counts. */
const ALL_VIEWS = [...VIEWS, "held", "late"] as const;
export type View = (typeof ALL_VIEWS)[number];

/** The next view by key, in a round; what has nothing to show but its count is left out. */
export function viewAfter(view: View, some: Record<"held" | "late", boolean>): View {
  const round = ALL_VIEWS.filter((one) => (one !== "held" && one !== "late") || some[one] || one === view);
  return round[(round.indexOf(view) + 1) % round.length] ?? "open";
}

export const KINDS = ["parking", "loitering", "fight", "other"] as const satisfies readonly Kind[];

export const PRIORITIES = ["P1", "P2", "P3"] as const satisfies readonly Priority[];

export const SORTS = ["newest", "priority"] as const satisfies readonly Sort[];

export const STATES_OF_VIEW: Record<View, readonly State[]> = {
  open: ["suggested", "claimed"],
  told: ["escalated", "acknowledged", "on_scene", "no_capacity"],
  decided: ["confirmed", "rejected", "resolved", "expired"],
  all: [],
  held: ["suggested"],
  late: [],
};

/** What is open is looked at by urgency; what was done, by time. */
export function firstSort(view: View): Sort {
  return view === "open" ? "priority" : "newest";
}

export interface Filter {
  view: View;
  kind: Kind | null;
  camera: string | null;
  /** As suggested by the table of the site, not as given when escalating. */
  priority: Priority | null;
  sort: Sort;
}

export function readFilter(params: URLSearchParams, firstView: View): Filter {
  const view = ALL_VIEWS.find((known) => known === params.get("view")) ?? firstView;
  return {
    view,
    kind: KINDS.find((kind) => kind === params.get("kind")) ?? null,
    camera: params.get("camera"),
    priority: PRIORITIES.find((priority) => priority === params.get("priority")) ?? null,
    sort: SORTS.find((sort) => sort === params.get("sort")) ?? firstSort(view),
  };
}

export function writeFilter(filter: Filter, firstView: View): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.view !== firstView) params.set("view", filter.view);
  if (filter.kind !== null) params.set("kind", filter.kind);
  if (filter.camera !== null) params.set("camera", filter.camera);
  if (filter.priority !== null) params.set("priority", filter.priority);
  if (filter.sort !== firstSort(filter.view)) params.set("sort", filter.sort);
  return params;
}

/** Who answers for others begins with what they were told; everybody else with what nobody has seen. */
const DESKS: readonly Role[] = ["control_room", "enforcement"];

export function firstViewOf(role: Role | undefined): View {
  return role !== undefined && DESKS.includes(role) ? "told" : "open";
}

export function useFilter() {
  const firstView = firstViewOf(useSession().data?.user.role);
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => readFilter(params, firstView), [params, firstView]);

  /** Another list: the choice starts again at its top. */
  function change(part: Partial<Filter>): void {
    const sort = part.view === undefined ? filter.sort : firstSort(part.view);
    setParams(writeFilter({ ...filter, sort, ...part }, firstView), { replace: true });
  }

  function select(id: string): void {
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        next.set("incident", id);
        return next;
      },
      { replace: true },
    );
  }

  return { filter, change, selected: params.get("incident"), select };
}
