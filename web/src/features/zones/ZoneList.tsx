import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { RULES, type Preset } from "./document";
import classes from "./Zones.module.css";

interface ZoneListProps {
  presets: readonly Preset[];
  preset: Preset;
  onPreset: (preset: string) => void;
  faulty: ReadonlySet<number>;
  chosen: number;
  onChoose: (zone: number) => void;
}

/** The presets of a camera, and the zones of the chosen one. */
export function ZoneList({ presets, preset, onPreset, faulty, chosen, onChoose }: ZoneListProps) {
  const { t } = useTranslation();
  return (
    <>
      {presets.length > 1 && (
        <Select
          label={t("zones.preset")}
          allowDeselect={false}
          value={preset.id}
          data={presets.map(({ id }) => id)}
          onChange={(id) => id !== null && onPreset(id)}
          data-testid="choose-preset"
        />
      )}
      <ul className={classes.zones} aria-label={t("zones.list")}>
        {preset.zones.map((zone, index) => (
          <li key={index}>
            <button
              type="button"
              className={classes.zone}
              aria-current={index === chosen}
              data-faulty={faulty.has(index)}
              onClick={() => onChoose(index)}
              data-testid="zone"
              data-zone={zone.id}
            >
              <b>{zone.id}</b> {RULES.filter((name) => zone.rules[name] !== undefined).map((name) => t(`zones.rule.${name}`)).join(", ")}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
