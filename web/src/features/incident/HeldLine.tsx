import { Button, Kbd } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Incident } from "../../api/types";
import { useLetThrough } from "../queue/useHeld";

/** Says that a suggestion is held back and why, and lets it through. */
export function HeldLine({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const letThrough = useLetThrough();
  if (incident.held === null) return null;
  return (
    <span data-testid="held">
      <IconHourglass size="0.95em" aria-hidden /> {t(`held.${incident.held}`)}{" "}
      <Button
        variant="light"
        size="compact-sm"
        loading={letThrough.isPending}
        rightSection={<Kbd size="xs">+</Kbd>}
        onClick={() => letThrough.mutate(incident.id)}
        data-testid="let-through"
      >
        {t("held.letThrough")}
      </Button>
    </span>
  );
}
