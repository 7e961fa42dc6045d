import { NumberInput, SegmentedControl, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { withField } from "../zones/document";
import { ChoiceFields, Rows } from "./Rows";
import { BANDS, PRIORITIES, type BandName, type Priorities, type PriorityRow } from "./table";
import classes from "./Tables.module.css";

interface PrioritiesFormProps {
  table: Priorities;
  zones: Readonly<Record<string, readonly string[]>>;
  onChange: (table: Priorities, sort?: string) => void;
}

const DEFAULTS: Record<BandName, number> = { possible: 0.25, likely: 0.5, very_likely: 0.75 };

/** Kind, place and time to a priority, in order; and where the bands of likelihood begin. */
export function PrioritiesForm({ table, zones, onChange }: PrioritiesFormProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.stack}>
      <p className={classes.help}>{t("tables.prioritiesHelp")}</p>
      <Rows<PriorityRow>
        label={t("tables.priorities")}
        rows={table.rows}
        fresh={{ kind: ["parking"], priority: "P3" }}
        onChange={(rows, sort) => onChange({ ...table, rows }, sort)}
      >
        {(row, change, index) => (
          <>
            <SegmentedControl
              aria-label={t("tables.gets")}
              value={row.priority}
              data={PRIORITIES.map((one) => ({ value: one, label: one }))}
              onChange={(priority) => change({ ...row, priority })}
            />
            <ChoiceFields id={`row-${String(index)}`} row={row} kinds={["parking", "loitering", "fight"]} zones={zones} onChange={change} />
            <div className={classes.pair}>
              <NumberInput
                label={t("tables.dwell")}
                value={row.dwell_at_least_s ?? ""}
                placeholder="0"
                hideControls
                onChange={(value) => change(withField(row, "dwell_at_least_s", typeof value === "number" ? value : undefined), "dwell")}
              />
              <Select
                label={t("tables.band")}
                placeholder={t("tables.anyBand")}
                clearable
                value={row.band_at_least ?? null}
                data={(["unlikely", ...BANDS] as const).map((band) => ({ value: band, label: t(`band.${band}`) }))}
                onChange={(band) => change(withField(row, "band_at_least", (band ?? undefined)))}
              />
            </div>
          </>
        )}
      </Rows>
      <fieldset className={classes.checks}>
        <legend>{t("tables.bands")}</legend>
        {BANDS.map((band) => (
          <NumberInput
            key={band}
            label={t(`band.${band}`)}
            value={table.bands?.[band] ?? ""}
            placeholder={String(DEFAULTS[band])}
            step={0.05}
            hideControls
            onChange={(value) => {
              const bands = withField(table.bands ?? {}, band, typeof value === "number" ? value : undefined);
              onChange(withField(table, "bands", Object.keys(bands).length === 0 ? undefined : bands), `band-${band}`);
            }}
          />
        ))}
      </fieldset>
    </div>
  );
}
