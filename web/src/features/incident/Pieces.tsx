import { IconPlayerPlayFilled, IconZoomIn } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { pieceClipUrl, pieceCloseupUrl, pieceSnapshotUrl } from "../../api/evidence";
import type { Incident, Piece } from "../../api/types";
import { useNow } from "../../time/clock";
import { formatMoment } from "../../time/format";
import { nameOf, useCameras } from "../cameras/useCameras";
import classes from "./Pieces.module.css";
import { usePurpose } from "./purpose";

interface PiecesProps {
  incident: Incident;
  marked: boolean;
}

/** Further evidence of the same incident: other zones, other cameras, later moments. */
export function Pieces({ incident, marked }: PiecesProps) {
  const { t } = useTranslation();
  const further = incident.pieces.slice(1);
  const { open } = usePurpose(incident.id);
  if (further.length === 0 || !open) return null;
  return (
    <section className={classes.pieces} aria-label={t("evidence.pieces")} data-testid="pieces">
      <h3 className={classes.title}>{t("evidence.pieces")}</h3>
      <ul className={classes.list}>
        {further.map((piece) => (
          <li key={piece.index}>
            <Thumbnail incident={incident} piece={piece} marked={marked} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Thumbnail({ incident, piece, marked }: PiecesProps & { piece: Piece }) {
  const { t, i18n } = useTranslation();
  const cameras = useCameras().data;
  const nowMs = useNow();
  const camera = nameOf(cameras, piece.camera);
  const { purpose } = usePurpose(incident.id);
  const picture = pieceSnapshotUrl(incident, piece, marked, purpose);
  return (
    <figure className={classes.piece} data-testid="piece">
      {piece.has_snapshot ? (
        <a href={picture} target="_blank" rel="noreferrer">
          <img
            className={classes.picture}
            src={picture}
            alt={t("evidence.snapshotOf", { camera, zone: piece.zone })}
            loading="lazy"
          />
        </a>
      ) : (
        <p className={classes.none}>{t("evidence.noSnapshot")}</p>
      )}
      <figcaption className={classes.caption}>
        <b>{camera}</b> {piece.zone}
        <span className={classes.at}>{formatMoment(i18n.language, piece.at, nowMs)}</span>
        {piece.has_closeup && (
          <a
            className={classes.clip}
            href={pieceCloseupUrl(incident, piece, purpose)}
            target="_blank"
            rel="noreferrer"
          >
            <IconZoomIn size="0.9rem" aria-hidden /> {t("evidence.people")}
          </a>
        )}
        {piece.has_clip && (
          <a className={classes.clip} href={pieceClipUrl(incident, piece, purpose)} target="_blank" rel="noreferrer">
            <IconPlayerPlayFilled size="0.9rem" aria-hidden /> {t("evidence.clip")}
          </a>
        )}
      </figcaption>
    </figure>
  );
}
