import { Button, Checkbox, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { DAYS, withField, type Window } from "./document";
import { covers, datesOf, freshWindow, HOURS, switchDay } from "./week";
import classes from "./Zones.module.css";

interface WindowsFieldProps {
  id: string;
  label: string;
  windows: readonly Window[];
  onChange: (windows: Window[], sort?: string) => void;
}

/** When something holds: a week to look at, and its windows to edit, with dates that differ. */
export function WindowsField({ id, label, windows, onChange }: WindowsFieldProps) {
  const { t } = useTranslation();
  const set = (at: number, window: Window, sort?: string) =>
    onChange(windows.map((one, index) => (index === at ? window : one)), sort);
  return (
    <fieldset className={classes.windows} data-testid={`windows-${id}`}>
      <legend>{label}</legend>
      {windows.length > 0 && <WeekGrid windows={windows} />}
      {windows.map((window, index) => (
        <WindowRow
          key={index}
          id={`${id}-${String(index)}`}
          window={window}
          onChange={(one, sort) => set(index, one, sort)}
          onRemove={() => onChange(windows.filter((_, at) => at !== index))}
        />
      ))}
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => onChange([...windows, freshWindow()])}
        data-testid={`add-window-${id}`}
      >
        {t("zones.addWindow")}
      </Button>
    </fieldset>
  );
}

function WeekGrid({ windows }: { windows: readonly Window[] }) {
  const { t } = useTranslation();
  return (
    <table className={classes.week} data-testid="week-grid">
      <caption>{t("zones.week")}</caption>
      <tbody>
        {DAYS.map((day) => (
          <tr key={day}>
            <th scope="row">{t(`zones.day.${day}`)}</th>
            {Array.from({ length: HOURS }, (_, hour) => (
              <td key={hour} data-on={windows.some((window) => covers(window, day, hour))} title={`${String(hour)}:00`} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  id: string;
  window: Window;
  onChange: (window: Window, sort?: string) => void;
  onRemove: () => void;
}

function WindowRow({ id, window, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  const weekly = window.dates === undefined;
  return (
    <div className={classes.window} data-testid="window">
      <SegmentedControl
        size="xs"
        value={weekly ? "week" : "dates"}
        aria-label={t("zones.windowKind")}
        data={[
          { value: "week", label: t("zones.weekly") },
          { value: "dates", label: t("zones.onDates") },
        ]}
        onChange={(kind) => {
          const { from, to } = window;
          onChange(kind === "week" ? { from, to } : { dates: [], from, to });
        }}
      />
      <div className={classes.times}>
        <TextInput
          type="time"
          label={t("zones.from")}
          value={window.from}
          onChange={(event) => onChange({ ...window, from: event.currentTarget.value }, `${id}-from`)}
        />
        <TextInput
          label={t("zones.to")}
          value={window.to}
          maxLength={5}
          placeholder="24:00"
          onChange={(event) => onChange({ ...window, to: event.currentTarget.value }, `${id}-to`)}
        />
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onRemove}>
          {t("zones.remove")}
        </Button>
      </div>
      {weekly ? (
        <>
          <div className={classes.chips} role="group" aria-label={t("zones.days")}>
            {DAYS.map((day) => (
              <Checkbox
                key={day}
                size="xs"
                label={t(`zones.day.${day}`)}
                checked={window.days === undefined || window.days.includes(day)}
                onChange={() => onChange(switchDay(window, day))}
              />
            ))}
          </div>
          <DatesInput
            label={t("zones.except")}
            dates={window.except ?? []}
            onChange={(dates) => onChange(withField(window, "except", dates), `${id}-except`)}
          />
        </>
      ) : (
        <DatesInput
          label={t("zones.dates")}
          dates={window.dates ?? []}
          onChange={(dates) => onChange({ ...window, dates }, `${id}-dates`)}
        />
      )}
    </div>
  );
}

function DatesInput({ label, dates, onChange }: { label: string; dates: readonly string[]; onChange: (dates: string[]) => void }) {
  // What is typed stays as it is typed; the dates follow from it.
  const [text, setText] = useState(dates.join(", "));
  return (
    <TextInput
      label={label}
      placeholder="2026-12-25, 2026-12-26"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(datesOf(event.currentTarget.value));
      }}
    />
  );
}
