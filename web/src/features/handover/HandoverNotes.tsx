import { Button, Kbd } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Handover } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import classes from "./Handover.module.css";

interface HandoverNotesProps {
  notes: readonly Handover[];
  busy: boolean;
  onRead: () => void;
}

/** What those before left behind, until this person has read it. */
export function HandoverNotes({ notes, busy, onRead }: HandoverNotesProps) {
  const { t } = useTranslation();
  return (
    <div role="status">
      {notes.length > 0 && (
        <div className={classes.notes} data-testid="handover-notes" data-keeps-focus>
          {notes.map((one) => (
            <Note key={one.id} one={one} />
          ))}
          <Button
            variant="default"
            size="compact-sm"
            loading={busy}
            rightSection={<Kbd size="xs">y</Kbd>}
            onClick={onRead}
            data-testid="read-notes"
          >
            {t("handover.read")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Who left what, when, and where the claims went. */
export function Note({ one }: { one: Handover }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const at = formatMoment(i18n.language, one.at, nowMs);
  return (
    <div className={classes.note} data-testid="handover-note">
      <span className={classes.by}>
        {one.to === null ? t("handover.by", { name: one.author, at }) : t("handover.byTo", { name: one.author, at, to: one.to })}
        {one.handed > 0 && `, ${t("handover.handed", { count: one.handed })}`}
        {one.released > 0 && `, ${t("handover.released", { count: one.released })}`}
      </span>
      {one.note !== "" && <p className={classes.words}>{one.note}</p>}
    </div>
  );
}
