import { Button, Loader, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DrawingVersion } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { differences } from "./compare";
import type { ZoneDocument } from "./document";
import { useEarlier } from "./useZones";
import { tellDifference } from "./words";
import classes from "./Zones.module.css";

interface HistoryPanelProps {
  camera: string;
  document: ZoneDocument;
  history: readonly DrawingVersion[];
  /** Draw what stood in a version; it is not saved yet. */
  onTakeBack: (version: number, document: ZoneDocument) => void;
}

/** Who saved what, when and why; what a version differs in from what is drawn now, and back to it. */
export function HistoryPanel({ camera, document, history, onTakeBack }: HistoryPanelProps) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <ol className={classes.versions} data-testid="zone-history">
      {history.map(({ version, at, by, note, outside, sha8 }) => (
        <li key={version} className={classes.version} data-testid="zone-version" data-version={version}>
          <b>{t("zones.version", { version })}</b> {formatMoment(i18n.language, at, nowMs)}{" "}
          {outside ? t("zones.outside") : by} <code>{sha8}</code>
          {note !== "" && <div>“{note}”</div>}
          <Button
            variant="default"
            size="compact-sm"
            aria-expanded={version === chosen}
            onClick={() => setChosen(version === chosen ? null : version)}
            data-testid="compare-version"
          >
            {t("zones.compare")}
          </Button>
          {version === chosen && (
            <Compared camera={camera} document={document} version={version} onTakeBack={onTakeBack} />
          )}
        </li>
      ))}
    </ol>
  );
}

interface ComparedProps extends Omit<HistoryPanelProps, "history"> {
  version: number;
}

function Compared({ camera, document, version, onTakeBack }: ComparedProps) {
  const { t } = useTranslation();
  const { data } = useEarlier(camera, version);
  if (data === undefined) return <Loader size="sm" role="status" aria-label={t("zones.loading")} />;
  const earlier = data.document as unknown as ZoneDocument;
  const found = differences(earlier, document);
  return (
    <div data-testid="differences">
      {found.length === 0 ? (
        <Text size="sm">{t("zones.noDifference")}</Text>
      ) : (
        <>
          <ul className={classes.faults}>
            {found.map((difference, index) => (
              <li key={index}>{tellDifference(t, difference)}</li>
            ))}
          </ul>
          <Button size="compact-sm" onClick={() => onTakeBack(version, earlier)} data-testid="take-back">
            {t("zones.takeBack")}
          </Button>
        </>
      )}
    </div>
  );
}
