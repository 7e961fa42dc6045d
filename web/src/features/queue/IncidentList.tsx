import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import type { Camera, Incident } from "../../api/types";
import { nameOf } from "../cameras/useCameras";
import { incidentKey } from "../incident/useIncident";
import { IncidentCard, UnlistedCard } from "./IncidentCard";
import classes from "./IncidentList.module.css";
import { lanesOf } from "./lanes";
import { ListEmpty, ListFailed, ListLoading, ListStale } from "./ListStates";
import type { Filter } from "./useFilter";
import type { useQueue } from "./useQueue";

/** More than a screen shows; the others come once these are there. */
const FIRST_CARDS = 15;

interface IncidentListProps {
  ref: RefObject<HTMLDivElement | null>;
  queue: ReturnType<typeof useQueue>;
  filter: Filter;
  cameras: readonly Camera[] | undefined;
  selected: string | null;
  username: string;
  onSelect: (id: string) => void;
  onUndisturbed: (undisturbed: boolean) => void;
  onClearFilter: () => void;
  /** Whether the first cards are on the screen. */
  settled: boolean;
}

/** Nothing may move while a mouse is over the list or the person has scrolled into it. */
function useUndisturbed(ref: RefObject<HTMLDivElement | null>, tell: (undisturbed: boolean) => void) {
  const hovered = useRef(false);
  const update = () => tell(hovered.current || (ref.current?.scrollTop ?? 0) > 0);
  return {
    onScroll: update,
    onPointerEnter: () => {
      hovered.current = true;
      update();
    },
    onPointerLeave: () => {
      hovered.current = false;
      update();
    },
  };
}

export function IncidentList(props: IncidentListProps) {
  const { ref, queue, selected, onUndisturbed } = props;
  const handlers = useUndisturbed(ref, onUndisturbed);
  const { query, ids } = queue;

  return (
    <div className={classes.place}>
      {query.isError && ids.length > 0 && <ListStale error={query.error} updatedMs={query.dataUpdatedAt} />}
      <div ref={ref} className={classes.scroll} data-testid="queue" {...handlers}>
        {query.isPending && <ListLoading />}
        {query.isError && ids.length === 0 && (
          <ListFailed error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isSuccess && ids.length === 0 && (
          <ListEmpty filter={props.filter} cameras={props.cameras} onClearFilter={props.onClearFilter} />
        )}
        {ids.length > 0 && <Cards {...props} />}
        {ids.length > 0 && <ListEnd queue={queue} />}
      </div>
      {selected !== null && <KeepInView list={ref} id={selected} />}
    </div>
  );
}

function Cards({ queue, filter, cameras, selected, username, onSelect, settled }: IncidentListProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const chosenAt = selected === null ? -1 : queue.ids.indexOf(selected);
  const anyChosen = chosenAt !== -1;
  const ids = settled ? queue.ids : queue.ids.slice(0, Math.max(FIRST_CARDS, chosenAt + 1));

  /** Also of one that was listed and is no more: it has been looked at, so it is known. */
  function priorityOf(id: string) {
    const known = queue.listed.get(id) ?? queryClient.getQueryData<Incident>(incidentKey(id));
    return known?.suggested_priority;
  }

  function card(id: string) {
    const incident = queue.listed.get(id);
    const common = {
      selected: id === selected,
      tabbable: anyChosen ? id === selected : id === queue.ids[0],
      username,
      onSelect,
    };
    return incident === undefined ? (
      <UnlistedCard key={id} id={id} cameras={cameras} {...common} />
    ) : (
      <IncidentCard key={id} incident={incident} cameraName={nameOf(cameras, incident.camera)} {...common} />
    );
  }

  return (
    <div role="listbox" aria-label={t(`queue.list.${filter.sort}`)} className={classes.cards}>
      {filter.sort === "newest"
        ? ids.map(card)
        : lanesOf(ids, priorityOf).map(({ name, ids }) => (
            <div key={name} role="group" aria-label={t(`lane.${name}`)} data-testid="lane" data-lane={name}>
              <div className={classes.lane} data-lane={name} aria-hidden>
                {t(`lane.${name}`)}
              </div>
              {ids.map(card)}
            </div>
          ))}
    </div>
  );
}

function ListEnd({ queue: { query, ids } }: Pick<IncidentListProps, "queue">) {
  const { t } = useTranslation();
  return (
    <div className={classes.end}>
      <span data-testid="count">
        {query.hasNextPage ? t("queue.countMore", { count: ids.length }) : t("queue.count", { count: ids.length })}
      </span>
      {query.hasNextPage && (
        <Button
          variant="default"
          size="compact-md"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          data-testid="load-more"
        >
          {t("queue.more")}
        </Button>
      )}
    </div>
  );
}

/** Follows the choice: the chosen card is in view and has the focus, unless the person is setting a filter. */
function KeepInView({ list, id }: { list: RefObject<HTMLDivElement | null>; id: string }) {
  useEffect(() => {
    const card = list.current?.querySelector<HTMLElement>(`[data-incident="${CSS.escape(id)}"]`);
    if (!card) return;
    if (!document.activeElement?.closest("[data-keeps-focus]")) card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }, [list, id]);
  return null;
}
