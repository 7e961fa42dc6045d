import { NumberInput, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Recipient } from "../../api/types";
import { withField } from "../zones/document";
import { WindowsField } from "../zones/WindowsField";
import { Checks, ChoiceFields, Rows } from "./Rows";
import { listOf, PRIORITIES, RECIPIENTS, STEPS, type Protocol, type Route } from "./table";
import classes from "./Tables.module.css";

interface ProtocolFormProps {
  table: Protocol;
  zones: Readonly<Record<string, readonly string[]>>;
  onChange: (table: Protocol, sort?: string) => void;
}

/** Who is told of what, when they are there, by when each step is due, and how much people can look at. */
export function ProtocolForm({ table, zones, onChange }: ProtocolFormProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.stack}>
      <h2 className={classes.heading}>{t("tables.routes")}</h2>
      <p className={classes.help}>{t("tables.routesHelp")}</p>
      <Rows<Route>
        label={t("tables.routes")}
        rows={table.routes ?? []}
        fresh={{ priority: ["P2"], to: ["police", "control_room"] }}
        onChange={(routes, sort) => onChange(withField(table, "routes", routes), sort)}
      >
        {(row, change, index) => (
          <>
            <Checks
              label={t("tables.to", { order: listOf(row.to).map((one) => t(`recipient.${one}`)).join(", ") })}
              values={RECIPIENTS}
              chosen={listOf(row.to)}
              tell={(one) => t(`recipient.${one}`)}
              onChange={(to) => change({ ...row, to })}
            />
            <Checks
              label={t("tables.ofPriority")}
              values={PRIORITIES}
              chosen={listOf(row.priority)}
              tell={(one) => one}
              onChange={(chosen) => change(withField(row, "priority", chosen))}
            />
            <ChoiceFields id={`route-${String(index)}`} row={row} kinds={["parking", "loitering", "fight", "other"]} zones={zones} onChange={change} />
          </>
        )}
      </Rows>
      <h2 className={classes.heading}>{t("tables.duty")}</h2>
      {RECIPIENTS.map((recipient) => (
        <WindowsField
          key={recipient}
          id={recipient}
          label={t("tables.onDuty", { recipient: t(`recipient.${recipient}`) })}
          windows={table.recipients?.[recipient]?.on_duty ?? []}
          onChange={(windows, sort) => onChange(withDuty(table, recipient, windows), sort)}
        />
      ))}
      <Deadlines table={table} onChange={onChange} />
      <Budget table={table} onChange={onChange} />
    </div>
  );
}

function withDuty(table: Protocol, recipient: Recipient, windows: NonNullable<Route["when"]>): Protocol {
  const duty = windows.length === 0 ? undefined : { on_duty: windows };
  const recipients = withField(table.recipients ?? {}, recipient, duty);
  return withField(table, "recipients", Object.keys(recipients).length === 0 ? undefined : recipients);
}

type PartProps = Omit<ProtocolFormProps, "zones">;

/** A priority of which something is set has no other deadlines than those; else it has those of the default. */
function Deadlines({ table, onChange }: PartProps) {
  const { t } = useTranslation();
  const set = (priority: (typeof PRIORITIES)[number], step: (typeof STEPS)[number], value: number | undefined) => {
    const entry = withField(table.deadlines?.[priority] ?? {}, step, value);
    const deadlines = withField(table.deadlines ?? {}, priority, Object.keys(entry).length === 0 ? undefined : entry);
    onChange(withField(table, "deadlines", Object.keys(deadlines).length === 0 ? undefined : deadlines), `due-${priority}-${step}`);
  };
  return (
    <>
      <h2 className={classes.heading}>{t("tables.deadlines")}</h2>
      <p className={classes.help}>{t("tables.deadlinesHelp")}</p>
      {PRIORITIES.map((priority) => (
        <fieldset key={priority} className={classes.checks}>
          <legend>{priority}</legend>
          {STEPS.map((step) => (
            <NumberInput
              key={step}
              w="9rem"
              label={t(`tables.due.${step}`)}
              value={table.deadlines?.[priority]?.[step] ?? ""}
              hideControls
              onChange={(value) => set(priority, step, typeof value === "number" ? value : undefined)}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}

function Budget({ table, onChange }: PartProps) {
  const { t } = useTranslation();
  const budget = table.alert_budget ?? undefined;
  return (
    <>
      <h2 className={classes.heading}>{t("tables.budget")}</h2>
      <Switch
        label={t("tables.budgetOn")}
        checked={budget !== undefined}
        onChange={(event) =>
          onChange(withField(table, "alert_budget", event.currentTarget.checked ? { per_observer_hour: 6 } : undefined))
        }
      />
      {budget !== undefined && (
        <>
          <NumberInput
            w="16rem"
            label={t("tables.perHour")}
            value={budget.per_observer_hour}
            hideControls
            onChange={(value) => typeof value === "number" && onChange({ ...table, alert_budget: { ...budget, per_observer_hour: value } }, "budget")}
          />
          <Checks
            label={t("tables.hold")}
            values={["P2", "P3"]}
            chosen={budget.hold === undefined ? ["P3"] : listOf(budget.hold)}
            tell={(one) => one}
            onChange={(hold) => onChange({ ...table, alert_budget: { ...budget, hold } })}
          />
        </>
      )}
    </>
  );
}
