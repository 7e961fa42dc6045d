import { Checkbox, NumberInput, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { RULES, switchRule, VEHICLES, withField, type Rules, type RuleName, type Vehicle, type VehicleRule, type Zone } from "./document";
import { PermitsField } from "./PermitsField";
import { WindowsField } from "./WindowsField";
import classes from "./Zones.module.css";

interface RulesPanelProps {
  zone: Zone;
  onChange: (zone: Zone, sort?: string) => void;
}

/** The name of a zone, and what is watched for in it. */
export function RulesPanel({ zone, onChange }: RulesPanelProps) {
  const { t } = useTranslation();
  const { rules } = zone;
  const change = (changed: Rules, sort?: string) => onChange({ ...zone, rules: changed }, sort);
  return (
    <div className={classes.stack} data-testid="rules-panel">
      <TextInput
        label={t("zones.name")}
        description={t("zones.nameHelp")}
        value={zone.id}
        maxLength={100}
        onChange={(event) => onChange({ ...zone, id: event.currentTarget.value }, "name")}
        data-testid="zone-name"
      />
      {RULES.map((name) => (
        <section key={name} className={classes.rule}>
          <Switch
            label={t(`zones.rule.${name}`)}
            checked={rules[name] !== undefined}
            onChange={(event) => change(switchRule(rules, name, event.currentTarget.checked))}
            data-testid={`rule-${name}`}
          />
          <RuleFields name={name} rules={rules} onChange={change} />
        </section>
      ))}
    </div>
  );
}

interface FieldsProps {
  name: RuleName;
  rules: Rules;
  onChange: (rules: Rules, sort?: string) => void;
}

function RuleFields({ name, rules, onChange }: FieldsProps) {
  switch (name) {
    case "parking":
    case "present": {
      const rule = rules[name];
      return rule && <VehicleFields name={name} rule={rule} onChange={(one, sort) => onChange({ ...rules, [name]: one }, sort)} />;
    }
    case "loitering":
      return rules.loitering && <LoiteringFields rules={rules} onChange={onChange} />;
    case "fight":
      return rules.fight && <FightFields rules={rules} onChange={onChange} />;
  }
}

interface NumberFieldProps {
  id: string;
  label: string;
  value: number | undefined;
  empty?: string;
  step?: number;
  onChange: (value: number | undefined, sort: string) => void;
}

/** A number, or nothing where the file leaves it out. What is out of range the server tells. */
function NumberField({ id, label, value, empty, step = 1, onChange }: NumberFieldProps) {
  return (
    <NumberInput
      label={label}
      value={value ?? ""}
      {...(empty !== undefined && { placeholder: empty })}
      step={step}
      hideControls
      allowNegative={false}
      onChange={(given) => onChange(typeof given === "number" ? given : undefined, `field-${id}`)}
      data-testid={`field-${id}`}
    />
  );
}

interface VehicleFieldsProps {
  name: "parking" | "present";
  rule: VehicleRule;
  onChange: (rule: VehicleRule, sort?: string) => void;
}

function VehicleFields({ name, rule, onChange }: VehicleFieldsProps) {
  const { t } = useTranslation();
  const all: Vehicle[] = ["car", "van", "truck", "bus", "motorcycle"];
  const watched = rule.vehicles ?? all;
  const number = (key: "limit_s" | "min_size" | "max_size" | "cooldown_s", empty: string, step = 1) => (
    <NumberField
      id={`${name}-${key}`}
      label={t(`zones.field.${key}`)}
      value={rule[key]}
      empty={empty}
      step={step}
      onChange={(value, sort) => onChange(withField(rule, key, value), sort)}
    />
  );
  return (
    <div className={classes.stack}>
      {number("limit_s", name === "present" ? "2" : "")}
      <fieldset className={classes.chips}>
        <legend>{t("zones.vehicles")}</legend>
        {VEHICLES.map((vehicle) => (
          <Checkbox
            key={vehicle}
            label={t(`zones.vehicle.${vehicle}`)}
            checked={watched.includes(vehicle)}
            onChange={(event) => {
              const on = event.currentTarget.checked;
              onChange({ ...rule, vehicles: VEHICLES.filter((one) => (one === vehicle ? on : watched.includes(one))) });
            }}
          />
        ))}
      </fieldset>
      <WindowsField
        id={name}
        label={t("zones.allowed")}
        windows={rule.allowed ?? []}
        onChange={(windows, sort) => onChange(withField(rule, "allowed", windows), sort)}
      />
      <PermitsField
        permits={rule.permits ?? []}
        onChange={(permits, sort) => onChange(withField(rule, "permits", permits), sort)}
      />
      <div className={classes.pair}>
        {number("min_size", "0", 0.01)}
        {number("max_size", "1", 0.01)}
        {number("cooldown_s", "60")}
      </div>
    </div>
  );
}

function LoiteringFields({ rules, onChange }: Omit<FieldsProps, "name">) {
  const { t } = useTranslation();
  const rule = rules.loitering;
  if (rule === undefined) return null;
  const number = (key: "people" | "limit_s" | "within_m" | "cooldown_s", empty: string, step = 1) => (
    <NumberField
      id={`loitering-${key}`}
      label={t(`zones.field.${key}`)}
      value={rule[key]}
      empty={empty}
      step={step}
      onChange={(value, sort) => onChange({ ...rules, loitering: withField(rule, key, value) }, sort)}
    />
  );
  return (
    <div className={classes.stack}>
      <div className={classes.pair}>
        {number("people", "")}
        {number("within_m", "", 0.1)}
        {number("limit_s", "")}
        {number("cooldown_s", "120")}
      </div>
      <WindowsField
        id="loitering"
        label={t("zones.active")}
        windows={rule.active ?? []}
        onChange={(windows, sort) => onChange({ ...rules, loitering: withField(rule, "active", windows) }, sort)}
      />
    </div>
  );
}

function FightFields({ rules, onChange }: Omit<FieldsProps, "name">) {
  const { t } = useTranslation();
  const rule = rules.fight;
  if (rule === undefined) return null;
  return (
    <NumberField
      id="fight-cooldown_s"
      label={t("zones.field.cooldown_s")}
      value={rule.cooldown_s}
      empty="30"
      onChange={(value, sort) => onChange({ ...rules, fight: withField(rule, "cooldown_s", value) }, sort)}
    />
  );
}
