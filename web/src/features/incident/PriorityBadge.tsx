import { VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Priority } from "../../api/types";
import classes from "./PriorityBadge.module.css";

/** The suggested priority: P1, P2 or P3 in words, stronger in form as it is more urgent. Nothing where there is none. */
export function PriorityBadge({ priority }: { priority: Priority | null }) {
  const { t } = useTranslation();
  if (priority === null) return null;
  return (
    <span className={classes.badge} data-priority={priority} data-testid="priority-badge">
      <VisuallyHidden>{t("detail.suggestedPriority")} </VisuallyHidden>
      {priority}
    </span>
  );
}
