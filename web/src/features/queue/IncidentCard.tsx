import { IconDice, IconLicense, IconUser } from "@tabler/icons-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";

import { snapshotUrl } from "../../api/evidence";
import type { Camera, Incident } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatAge } from "../../time/format";
import { nameOf } from "../cameras/useCameras";
import { BandBadge } from "../incident/BandBadge";
import { UndeliveredLine } from "../incident/Deliveries";
import { DueLine } from "../incident/FollowUp";
import { KindIcon } from "../incident/KindIcon";
import { permitOf } from "../incident/permit";
import { PriorityBadge } from "../incident/PriorityBadge";
import { usePurpose } from "../incident/purpose";
import { StateBadge } from "../incident/StateBadge";
import { reasonOf } from "../incident/reason";
import { useIncident } from "../incident/useIncident";
import { closeUpOf } from "./closeUp";
import { DueRing } from "./DueRing";
import classes from "./IncidentCard.module.css";

interface Common {
  selected: boolean;
  tabbable: boolean;
  username: string;
  onSelect: (id: string) => void;
}

interface IncidentCardProps extends Common {
  incident: Incident;
  cameraName: string;
  unlisted?: boolean;
}

export const IncidentCard = memo(function IncidentCard(props: IncidentCardProps) {
  const { incident, cameraName, selected, tabbable, username, unlisted = false, onSelect } = props;
  const { t, i18n } = useTranslation();
  const nowMs = useNow();
  const permit = permitOf(t, i18n.language, incident, nowMs);
  const age = formatAge(t, incident.raised_at, nowMs);
  const who = incident.decided_by ?? incident.claimed_by;
  return (
    // Keys are handled for the whole page: the list is one stop for Tab, and j, k and the arrows move in it.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="option"
      aria-selected={selected}
      tabIndex={tabbable ? 0 : -1}
      className={classes.card}
      onClick={() => onSelect(incident.id)}
      data-testid="card"
      data-incident={incident.id}
      data-state={incident.state}
      data-unlisted={unlisted}
    >
      <Thumbnail incident={incident} />
      <span className={classes.kind}>
        <PriorityBadge priority={incident.suggested_priority} />
        <KindIcon kind={incident.kind} />
        {t(`kind.${incident.kind}`)}
      </span>
      <span className={classes.state} data-testid="card-state">
        <StateBadge state={incident.state} />
        {incident.band !== null && <BandBadge band={incident.band} />}
        <DueLine incident={incident} />
        <UndeliveredLine incident={incident} />
        {incident.sample && (
          <span data-testid="card-sample">
            <IconDice size="0.95em" aria-hidden /> {t("thresholds.sampleShort")}
          </span>
        )}
      </span>
      <span className={classes.why}>
        <b data-testid="card-where">{cameraName}</b> <span data-testid="card-why">{reasonOf(t, incident)}</span>
      </span>
      <span className={classes.age} data-testid="card-age">
        <DueRing incident={incident} />
        {age}
      </span>
      {permit !== null && (
        <span className={classes.permit} data-testid="card-permit" title={`${t("permit.title")}: ${permit}`}>
          <IconLicense size="1em" role="img" aria-label={t("permit.title")} /> {permit}
        </span>
      )}
      {who !== null && (
        <span className={classes.who} data-testid="card-who">
          <IconUser size="0.9em" aria-hidden />{" "}
          {who === username ? t("queue.you") : who}
        </span>
      )}
    </div>
  );
});

function Thumbnail({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const { open, purpose } = usePurpose(incident.id);
  if (!open) return <span className={classes.none}>{t("purpose.card")}</span>;
  if (!incident.has_snapshot || failed) return <span className={classes.none}>{t("card.noPicture")}</span>;
  const { centre, origin, zoom } = closeUpOf(incident.box);
  return (
    <span className={classes.picture}>
      <img
        src={snapshotUrl(incident, true, purpose)}
        alt=""
        loading="lazy"
        decoding="async"
        onError={() => setFailed(true)}
        style={{ objectPosition: percent(centre), transformOrigin: percent(origin), transform: `scale(${zoom})` }}
      />
    </span>
  );
}

function percent([x, y]: readonly [number, number]): string {
  return `${x * 100}% ${y * 100}%`;
}

/** A card that the list no longer names but that must not vanish under a person's hand: it asks for itself. */
export function UnlistedCard({ id, cameras, ...common }: Common & { id: string; cameras: readonly Camera[] | undefined }) {
  const { data: incident } = useIncident(id);
  if (incident === undefined) return <div className={classes.card} data-unlisted />;
  return <IncidentCard incident={incident} cameraName={nameOf(cameras, incident.camera)} unlisted {...common} />;
}
