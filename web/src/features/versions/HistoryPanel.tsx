import { Button, Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DrawingVersion } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import classes from "./Versions.module.css";

interface HistoryPanelProps<Document> {
  /** Of which the versions are; part of the key under which they are fetched. */
  name: string;
  history: readonly DrawingVersion[];
  fetchEarlier: (version: number, signal: AbortSignal) => Promise<Document>;
  /** What a version differs in from what is drawn now, a line each. */
  compare: (earlier: Document) => readonly string[];
  /** Take over what stood in a version; it is not saved yet. */
  onTakeBack: (version: number, document: Document) => void;
}

/** Who saved what, when and why; what a version differs in from what is there now, and back to it. */
export function HistoryPanel<Document>({ history, ...rest }: HistoryPanelProps<Document>) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <ol className={classes.versions} data-testid="history-of-changes">
      {history.map(({ version, at, by, note, outside, sha8 }) => (
        <li key={version} className={classes.version} data-testid="version" data-version={version}>
          <b>{t("versions.version", { version })}</b> {formatMoment(i18n.language, at, nowMs)}{" "}
          {outside ? t("versions.outside") : by} <code>{sha8}</code>
          {note !== "" && <div>“{note}”</div>}
          <Button
            variant="default"
            size="compact-sm"
            aria-expanded={version === chosen}
            onClick={() => setChosen(version === chosen ? null : version)}
            data-testid="compare-version"
          >
            {t("versions.compare")}
          </Button>
          {version === chosen && <Compared version={version} {...rest} />}
        </li>
      ))}
    </ol>
  );
}

interface ComparedProps<Document> extends Omit<HistoryPanelProps<Document>, "history"> {
  version: number;
}

function Compared<Document>({ name, version, fetchEarlier, compare, onTakeBack }: ComparedProps<Document>) {
  const { t } = useTranslation();
  const { data: earlier } = useQuery({
    queryKey: ["versions", name, version],
    staleTime: Infinity,
    queryFn: ({ signal }) => fetchEarlier(version, signal),
  });
  if (earlier === undefined) return <Loader size="sm" role="status" aria-label={t("versions.loading")} />;
  const found = compare(earlier);
  return (
    <div data-testid="differences">
      {found.length === 0 ? (
        <Text size="sm">{t("versions.noDifference")}</Text>
      ) : (
        <>
          <ul className={classes.faults}>
            {found.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ul>
          <Button size="compact-sm" onClick={() => onTakeBack(version, earlier)} data-testid="take-back">
            {t("versions.takeBack")}
          </Button>
        </>
      )}
    </div>
  );
}
