/** A QR code (ISO/IEC 18004) as one path of SVG, drawn here: what it holds is sent to nobody. */
import { encode } from "uqr";

/** Modules of white around it, as the standard asks for. */
const QUIET_ZONE = 4;

export interface QrCode {
  /** Width and height in modules, the white around it included. */
  size: number;
  /** `d` of an SVG path: a square of one by one for each dark module. */
  path: string;
}

export function qrCodeOf(text: string): QrCode {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size, path: squares.join("") };
}

/** "ABCDEFGH" as "ABCD EFGH": to be typed over. Authenticators do not mind the spaces. */
export function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}

/** What a person typed as a code of six digits, without the spaces that some authenticators show. */
export function codeOf(typed: string): string {
  return typed.replace(/\s/g, "");
}
