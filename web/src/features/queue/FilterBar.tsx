import { Button, Kbd, NativeSelect, SegmentedControl } from "@mantine/core";
import { IconAlarm, IconArrowUp, IconHourglass } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Budget, Camera } from "../../api/types";
import classes from "./FilterBar.module.css";
import { KINDS, PRIORITIES, SORTS, VIEWS, type Filter } from "./useFilter";
import { heldIn } from "./useHeld";
import type { Late } from "./useLate";

interface FilterBarProps {
  filter: Filter;
  cameras: readonly Camera[] | undefined;
  /** How many new suggestions are held back, so that nothing moves. */
  waiting: number;
  onChange: (part: Partial<Filter>) => void;
  onShowNew: () => void;
  onKeys: () => void;
  /** How many are put before people, and what is held back. */
  budget: Budget | undefined;
  late: Late;
  /** Null where the person may enter nothing. */
  onEnter: (() => void) | null;
  /** The line of the lanes, for who watches. */
  laneBar: ReactNode;
}

export function FilterBar({ filter, cameras, waiting, onChange, onShowNew, onKeys, budget, late, onEnter, laneBar }: FilterBarProps) {
  const { t } = useTranslation();
  const kinds = KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }));
  const known = (cameras ?? []).map((camera) => ({ value: camera.id, label: camera.name }));
  // A camera of the address that we do not (yet) know stays visible as a filter.
  const { camera: chosen } = filter;
  const strange = chosen !== null && !known.some((camera) => camera.value === chosen);

  return (
    <div className={classes.bar} data-testid="filters" data-keeps-focus>
      <div className={classes.row}>
        <h1 className={classes.title}>{t("queue.title")}</h1>
        <div role="status">
          {waiting > 0 && (
            <Button
              size="compact-sm"
              radius="xl"
              leftSection={<IconArrowUp size="1rem" aria-hidden />}
              rightSection={<Kbd size="xs">n</Kbd>}
              onClick={onShowNew}
              data-testid="new-pill"
            >
              {t("queue.new", { count: waiting })}
            </Button>
          )}
        </div>
        {onEnter !== null && (
          <Button
            variant="light"
            size="compact-sm"
            onClick={onEnter}
            rightSection={<Kbd size="xs">i</Kbd>}
            data-testid="open-entry"
          >
            {t("entry.open")}
          </Button>
        )}
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={onKeys}
          rightSection={<Kbd size="xs">?</Kbd>}
          data-testid="open-keys"
        >
          {t("keys.open")}
        </Button>
      </div>
      {laneBar}
      <SegmentedControl
        fullWidth
        aria-label={t("queue.view.label")}
        value={filter.view}
        onChange={(view) => onChange({ view })}
        data={VIEWS.map((view) => ({ value: view, label: t(`queue.view.${view}`) }))}
        data-testid="filter-view"
      />
      {(late.count > 0 || filter.view === "late") && (
        <Button
          variant={filter.view === "late" ? "filled" : "light"}
          color="red"
          size="compact-sm"
          aria-pressed={filter.view === "late"}
          leftSection={<IconAlarm size="1rem" aria-hidden />}
          onClick={() => onChange({ view: filter.view === "late" ? "open" : "late" })}
          data-testid="late-pill"
        >
          {t(late.more ? "late.more" : "late.count", { count: late.count })}
        </Button>
      )}
      <BudgetLine budget={budget} pressed={filter.view === "held"} onPress={() => onChange({ view: filter.view === "held" ? "open" : "held" })} />
      <div className={classes.selects}>
        <NativeSelect
          aria-label={t("queue.kind")}
          value={filter.kind ?? ""}
          onChange={(event) => {
            const value = event.currentTarget.value;
            onChange({ kind: KINDS.find((kind) => kind === value) ?? null });
          }}
          data={[{ value: "", label: t("queue.anyKind") }, ...kinds]}
          data-testid="filter-kind"
        />
        <NativeSelect
          aria-label={t("queue.camera")}
          value={chosen ?? ""}
          onChange={(event) => onChange({ camera: event.currentTarget.value || null })}
          data={[
            { value: "", label: t("queue.anyCamera") },
            ...known,
            ...(strange ? [{ value: chosen, label: chosen }] : []),
          ]}
          data-testid="filter-camera"
        />
        <NativeSelect
          aria-label={t("queue.priority")}
          value={filter.priority ?? ""}
          onChange={(event) => {
            const value = event.currentTarget.value;
            onChange({ priority: PRIORITIES.find((priority) => priority === value) ?? null });
          }}
          data={[
            { value: "", label: t("queue.anyPriority") },
            ...PRIORITIES.map((priority) => ({ value: priority, label: t("queue.onlyPriority", { priority }) })),
          ]}
          data-testid="filter-priority"
        />
        <NativeSelect
          aria-label={t("queue.sort.label")}
          value={filter.sort}
          onChange={(event) => {
            const value = event.currentTarget.value;
            onChange({ sort: SORTS.find((sort) => sort === value) ?? "newest" });
          }}
          data={SORTS.map((sort) => ({ value: sort, label: t(`queue.sort.${sort}`) }))}
          data-testid="sort"
        />
      </div>
    </div>
  );
}

/** What people were shown in the last hour of what they can look at, and what is held back. */
function BudgetLine({ budget, pressed, onPress }: { budget: Budget | undefined; pressed: boolean; onPress: () => void }) {
  const { t } = useTranslation();
  const held = heldIn(budget);
  const allowed = budget?.allowed ?? null;
  if (held === 0 && !pressed && allowed === null) return null;
  return (
    <div className={classes.row}>
      {allowed !== null && (
        <span className={classes.budget} data-testid="budget">
          {t("held.shown", { shown: budget?.shown ?? 0, allowed })}
        </span>
      )}
      {(held > 0 || pressed) && (
        <Button
          className={classes.held}
          variant={pressed ? "filled" : "light"}
          color="yellow"
          size="compact-sm"
          aria-pressed={pressed}
          leftSection={<IconHourglass size="1rem" aria-hidden />}
          onClick={onPress}
          data-testid="held-pill"
        >
          {t("held.count", { count: held })}
        </Button>
      )}
    </div>
  );
}
