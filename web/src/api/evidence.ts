/** Addresses of pictures and clips; the browser fetches them itself, with the session cookie. */
import type { Incident, Piece } from "./types";

function base(incident: Incident): string {
  return `/api/v1/incidents/${encodeURIComponent(incident.id)}`;
}

/** The picture with zone and box drawn in, where there is one and it is wanted. */
export function snapshotUrl(incident: Incident, marked: boolean): string {
  return `${base(incident)}/snapshot?annotated=${String(marked && incident.has_annotated)}`;
}

export function clipUrl(incident: Incident): string {
  return `${base(incident)}/clip`;
}

/** As `snapshotUrl`, of one piece of evidence. */
export function pieceSnapshotUrl(incident: Incident, piece: Piece, marked: boolean): string {
  return `${base(incident)}/pieces/${String(piece.index)}/snapshot?annotated=${String(marked && piece.has_annotated)}`;
}

export function pieceClipUrl(incident: Incident, piece: Piece): string {
  return `${base(incident)}/pieces/${String(piece.index)}/clip`;
}
