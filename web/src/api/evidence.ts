/** Addresses of pictures, clips and prints; the browser fetches them itself, with the session cookie. */
import type { Incident, Piece } from "./types";

type Shown = Pick<Incident, "id">;
type Drawn = Pick<Incident, "id" | "has_annotated">;

/** `purpose` is what for the person looks, where the role has to say so. */
function address(incident: Shown, path: string, query: Record<string, string>, purpose: string | null): string {
  const asked = new URLSearchParams({ ...query, ...(purpose !== null && { purpose }) }).toString();
  return `/api/v1/incidents/${encodeURIComponent(incident.id)}/${path}${asked && `?${asked}`}`;
}

function drawn(marked: boolean, { has_annotated: hasAnnotated }: { has_annotated: boolean }): { annotated: string } {
  return { annotated: String(marked && hasAnnotated) };
}

/** The picture with zone and box drawn in, where there is one and it is wanted. */
export function snapshotUrl(incident: Drawn, marked: boolean, purpose: string | null): string {
  return address(incident, "snapshot", drawn(marked, incident), purpose);
}

export function clipUrl(incident: Shown, purpose: string | null): string {
  return address(incident, "clip", {}, purpose);
}

/** The people only, for the seconds that decided. */
export function closeupUrl(incident: Shown, purpose: string | null): string {
  return address(incident, "closeup", {}, purpose);
}

/** As `snapshotUrl`, of one piece of evidence. */
export function pieceSnapshotUrl(incident: Shown, piece: Piece, marked: boolean, purpose: string | null): string {
  return address(incident, `pieces/${String(piece.index)}/snapshot`, drawn(marked, piece), purpose);
}

export function pieceClipUrl(incident: Shown, piece: Piece, purpose: string | null): string {
  return address(incident, `pieces/${String(piece.index)}/clip`, {}, purpose);
}

/** As `closeupUrl`, of one piece of evidence. */
export function pieceCloseupUrl(incident: Shown, piece: Piece, purpose: string | null): string {
  return address(incident, `pieces/${String(piece.index)}/closeup`, {}, purpose);
}

/** One page A4 to hand over, as PDF. */
export function printUrl(incident: Shown, language: string, purpose: string | null): string {
  return address(incident, "print", { language: language.startsWith("en") ? "en" : "nl" }, purpose);
}
