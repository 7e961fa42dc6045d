import { Button, NumberInput, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { GroundPoint, Preset } from "./document";
import { withField } from "./document";
import { metreGrid } from "./geometry";
import classes from "./Zones.module.css";

interface GroundPanelProps {
  preset: Preset;
  onChange: (preset: Preset, sort?: string) => void;
}

const FRESH: GroundPoint[] = [
  { picture: [0.2, 0.9], metres: [0, 0] },
  { picture: [0.8, 0.9], metres: [8, 0] },
  { picture: [0.6, 0.5], metres: [8, 20] },
  { picture: [0.4, 0.5], metres: [0, 20] },
];

/** Four corners of one flat stretch of the street, with the metres between them. */
export function GroundPanel({ preset, onChange }: GroundPanelProps) {
  const { t } = useTranslation();
  const points = preset.ground_plane;
  if (points === undefined) {
    return (
      <div className={classes.stack}>
        <Text size="sm">{t("zones.groundHelp")}</Text>
        <Button variant="default" onClick={() => onChange({ ...preset, ground_plane: FRESH })} data-testid="measure-ground">
          {t("zones.measure")}
        </Button>
      </div>
    );
  }
  const set = (at: number, axis: 0 | 1, value: number) => {
    const changed = points.map((point, index): GroundPoint => {
      const [x, y] = point.metres;
      return index === at ? { ...point, metres: axis === 0 ? [value, y] : [x, value] } : point;
    });
    onChange({ ...preset, ground_plane: changed }, `metres-${String(at)}-${String(axis)}`);
  };
  const { lines, step_m: step } = metreGrid(points);
  return (
    <div className={classes.stack} data-testid="ground-panel">
      <Text size="sm">{t("zones.groundHelp")}</Text>
      {points.map(({ metres }, index) => (
        <div key={index} className={classes.pair}>
          {([0, 1] as const).map((axis) => (
            <NumberInput
              key={axis}
              label={t(axis === 0 ? "zones.across" : "zones.along", { point: index + 1 })}
              value={metres[axis]}
              hideControls
              onChange={(value) => typeof value === "number" && set(index, axis, value)}
            />
          ))}
        </div>
      ))}
      <Text size="sm" role="status">
        {lines.length === 0 ? t("zones.noGrid") : t("zones.grid", { count: step })}
      </Text>
      <Button variant="default" size="compact-sm" onClick={() => onChange(withField(preset, "ground_plane", undefined))}>
        {t("zones.forgetGround")}
      </Button>
    </div>
  );
}
