import { Button, Kbd } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { ThresholdList, ThresholdPlace } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { KindIcon } from "../incident/KindIcon";
import { deedsAt } from "./thresholdKeys";
import classes from "./Thresholds.module.css";
import { formatScore, formatShare, tellProposal, tellThreshold, type Did } from "./words";

const KEYS: Record<Did, string> = { approve: "a", decline: "x", undo: "u" };

interface CardProps {
  place: ThresholdPlace;
  list: ThresholdList;
  cameraName: string;
  chosen: boolean;
  onAsk: (did: Did) => void;
}

/** One kind in one zone of one camera: what holds, what is proposed, from what, and who decided what. */
export function ThresholdCard({ place, list, cameraName, chosen, onAsk }: CardProps) {
  const { t, i18n } = useTranslation();
  const { proposal } = place;
  return (
    <article
      className={classes.card}
      tabIndex={-1}
      aria-current={chosen}
      data-testid="threshold"
      data-camera={place.camera}
      data-version={place.version}
    >
      <h2 className={classes.place}>
        <KindIcon kind={place.kind} /> {t(`kind.${place.kind}`)}, {cameraName}, {place.zone}
      </h2>
      <span className={classes.inForce} data-testid="threshold-in-force">
        {tellThreshold(t, i18n.language, place.threshold)}
      </span>
      <p className={classes.proposal} data-proposed={proposal !== null} data-testid="threshold-proposal">
        {tellProposal(t, i18n.language, place, list)}
      </p>
      {proposal !== null && (
        <p className={classes.line}>
          {t("thresholds.precision", {
            now: formatShare(i18n.language, proposal.precision_now),
            then: formatShare(i18n.language, proposal.precision_then),
          })}
        </p>
      )}
      <div className={classes.deeds}>
        {deedsAt(place).map((did) => (
          <Button
            key={did}
            variant={did === "approve" ? "filled" : "default"}
            size="compact-md"
            rightSection={<Kbd size="xs">{KEYS[did]}</Kbd>}
            onClick={() => onAsk(did)}
            data-testid={`threshold-${did}`}
          >
            {t(`thresholds.${did}`)}
          </Button>
        ))}
      </div>
      {proposal !== null && proposal.lost.length > 0 && (
        <Section title={t("thresholds.lost")}>
          {proposal.lost.map((id) => (
            <li key={id}>
              <Link to={`/?view=all&incident=${encodeURIComponent(id)}`}>{id}</Link>
            </li>
          ))}
        </Section>
      )}
      <FiguresLines place={place} />
      <HistoryLines place={place} />
    </article>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3 className={classes.title}>{title}</h3>
      <ul className={classes.list}>{children}</ul>
    </section>
  );
}

function FiguresLines({ place: { figures } }: { place: ThresholdPlace }) {
  const { t } = useTranslation();
  const { decisions, confirmed, false: falseOnes, samples, samples_confirmed: good, picked } = figures;
  return (
    <>
      <p className={classes.line} data-testid="threshold-figures">
        {t("thresholds.figures", { decisions, confirmed, false: falseOnes })}
        {samples > 0 && `; ${t("thresholds.samples", { samples, confirmed: good })}`}
        {picked > 0 && `. ${t("thresholds.picked", { picked })}`}
      </p>
      {figures.rejected.length > 0 && (
        <div className={classes.tables}>
          <Section title={t("thresholds.reasons")}>
            {figures.rejected.map(({ reason, count }) => (
              <li key={reason}>
                {count} {t(`rejectReason.${reason}`)}
              </li>
            ))}
          </Section>
          <Section title={t("thresholds.parts")}>
            {figures.rejected_in.map(({ part, count }) => (
              <li key={part}>
                {t(`thresholds.part.${part}`)}: {count}
              </li>
            ))}
          </Section>
        </div>
      )}
    </>
  );
}

function HistoryLines({ place }: { place: ThresholdPlace }) {
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  if (place.history.length === 0) return null;
  return (
    <Section title={t("thresholds.history")}>
      {place.history.toReversed().map((change) => (
        <li key={change.version} data-testid="threshold-change" data-did={change.did}>
          {formatMoment(i18n.language, change.at, nowMs)} {change.by}{" "}
          {t(`thresholds.did.${change.did}`, { threshold: formatScore(i18n.language, change.proposed ?? 0) })}
          {change.note !== "" && `: “${change.note}”`}
        </li>
      ))}
    </Section>
  );
}
