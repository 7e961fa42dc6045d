import { Button, Checkbox, MultiSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Kind } from "../../api/types";
import { withField } from "../zones/document";
import { WindowsField } from "../zones/WindowsField";
import { listOf, moved, type Choice } from "./table";
import classes from "./Tables.module.css";

interface RowsProps<Row> {
  label: string;
  rows: readonly Row[];
  fresh: Row;
  onChange: (rows: Row[], sort?: string) => void;
  children: (row: Row, change: (row: Row, sort?: string) => void, index: number) => ReactNode;
}

/** Rows in an order that decides, each in a card with its place. */
export function Rows<Row>({ label, rows, fresh, onChange, children }: RowsProps<Row>) {
  const { t } = useTranslation();
  return (
    <section className={classes.stack} aria-label={label}>
      <ol className={classes.rows}>
        {rows.map((row, index) => (
          <li key={index} className={classes.row} tabIndex={-1} data-row data-testid="table-row">
            <div className={classes.deeds}>
              <b>{t("tables.row", { number: index + 1 })}</b>
              <Button variant="subtle" color="gray" size="compact-sm" disabled={index === 0} onClick={() => onChange(moved(rows, index, -1))}>
                {t("tables.up")}
              </Button>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                disabled={index === rows.length - 1}
                onClick={() => onChange(moved(rows, index, 1))}
              >
                {t("tables.down")}
              </Button>
              <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange(rows.filter((_, at) => at !== index))}>
                {t("zones.remove")}
              </Button>
            </div>
            {children(row, (one, sort) => onChange(rows.map((other, at) => (at === index ? one : other)), sort && `${String(index)}-${sort}`), index)}
          </li>
        ))}
      </ol>
      <Button variant="default" onClick={() => onChange([...rows, fresh])} data-testid="add-row">
        {t("tables.add")}
      </Button>
    </section>
  );
}

interface ChecksProps<Value extends string> {
  label: string;
  values: readonly Value[];
  chosen: readonly Value[];
  tell: (value: Value) => string;
  onChange: (chosen: Value[]) => void;
}

/** Some of a few; none of them stands for all. */
export function Checks<Value extends string>({ label, values, chosen, tell, onChange }: ChecksProps<Value>) {
  return (
    <fieldset className={classes.checks}>
      <legend>{label}</legend>
      {values.map((value) => (
        <Checkbox
          key={value}
          label={tell(value)}
          checked={chosen.includes(value)}
          onChange={(event) => {
            const on = event.currentTarget.checked;
            // In the order in which they were chosen: of recipients the first one on duty gets it.
            onChange(on ? [...chosen, value] : chosen.filter((one) => one !== value));
          }}
        />
      ))}
    </fieldset>
  );
}

interface ChoiceFieldsProps<Row extends Choice> {
  id: string;
  row: Row;
  kinds: readonly Kind[];
  zones: Readonly<Record<string, readonly string[]>>;
  onChange: (row: Row, sort?: string) => void;
}

/** For which kinds, cameras, zones and times a row holds. */
export function ChoiceFields<Row extends Choice>({ id, row, kinds, zones, onChange }: ChoiceFieldsProps<Row>) {
  const { t } = useTranslation();
  const cameras = listOf(row.camera);
  const known = Object.entries(zones).flatMap(([camera, ids]) => (cameras.length === 0 || cameras.includes(camera) ? ids : []));
  const set = <Key extends keyof Choice>(key: Key, value: Choice[Key]) => onChange(withField<Choice, Key>(row, key, value) as Row);
  return (
    <>
      <Checks
        label={t("tables.kinds")}
        values={kinds}
        chosen={listOf(row.kind) as Kind[]}
        tell={(kind) => t(`kind.${kind}`)}
        onChange={(chosen) => set("kind", chosen)}
      />
      <div className={classes.pair}>
        <MultiSelect label={t("tables.cameras")} data={Object.keys(zones)} value={cameras} onChange={(chosen) => set("camera", chosen)} clearable />
        <MultiSelect label={t("tables.zones")} data={[...new Set(known)]} value={listOf(row.zone)} onChange={(chosen) => set("zone", chosen)} clearable />
      </div>
      <WindowsField id={id} label={t("tables.when")} windows={row.when ?? []} onChange={(windows) => set("when", windows)} />
    </>
  );
}
