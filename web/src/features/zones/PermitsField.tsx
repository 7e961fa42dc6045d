import { Button, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Permit } from "./document";
import classes from "./Zones.module.css";

interface PermitsFieldProps {
  permits: readonly Permit[];
  onChange: (permits: Permit[], sort?: string) => void;
}

/** The form of `<input type=datetime-local>`, and that of the file. */
const shown = (time: string) => time.replace(" ", "T");
const kept = (time: string) => time.replace("T", " ").slice(0, 16);

function tomorrow(hour: string): string {
  const day = new Date(Date.now() + 24 * 3600 * 1000);
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${parts.join("-")} ${hour}`;
}

/** Who may be there for once; it is shown with a suggestion, and hides nothing. */
export function PermitsField({ permits, onChange }: PermitsFieldProps) {
  const { t } = useTranslation();
  const set = (at: number, permit: Permit, sort: string) =>
    onChange(permits.map((one, index) => (index === at ? permit : one)), `permit-${String(at)}-${sort}`);
  return (
    <fieldset className={classes.windows}>
      <legend>{t("zones.permits")}</legend>
      {permits.map((permit, index) => (
        <div key={index} className={classes.window} data-testid="permit">
          <TextInput
            label={t("zones.permitWhat")}
            value={permit.what}
            maxLength={100}
            onChange={(event) => set(index, { ...permit, what: event.currentTarget.value }, "what")}
          />
          <div className={classes.times}>
            <TextInput
              type="datetime-local"
              label={t("zones.from")}
              value={shown(permit.from)}
              onChange={(event) => set(index, { ...permit, from: kept(event.currentTarget.value) }, "from")}
            />
            <TextInput
              type="datetime-local"
              label={t("zones.to")}
              value={shown(permit.to)}
              onChange={(event) => set(index, { ...permit, to: kept(event.currentTarget.value) }, "to")}
            />
          </div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={() => onChange(permits.filter((_, at) => at !== index))}
          >
            {t("zones.remove")}
          </Button>
        </div>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        onClick={() =>
          onChange([...permits, { what: t("zones.permitNew"), from: tomorrow("08:00"), to: tomorrow("12:00") }])
        }
      >
        {t("zones.addPermit")}
      </Button>
    </fieldset>
  );
}
