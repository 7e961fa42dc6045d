/** What for a person looks at evidence (`doelbinding`): some roles have to say it first, per incident. */
import { createContext, useContext } from "react";

import type { Role } from "../../api/types";

const NEED_PURPOSE: readonly Role[] = ["investigator", "auditor"];
const SHORTEST = 8;
const LONGEST = 200;

/** Letters, digits, signs and plain spaces; what the API calls printable. */
const PRINTABLE = /^(?:[^\p{C}\p{Z}]| )+$/u;

export function needsPurpose(role: Role): boolean {
  return NEED_PURPOSE.includes(role);
}

/** The purpose as it is sent, or null while it cannot be. */
export function purposeOf(text: string): string | null {
  const told = text.trim();
  const length = Array.from(told).length; // characters as the API counts them, not UTF-16 units
  return length >= SHORTEST && length <= LONGEST && PRINTABLE.test(told) ? told : null;
}

export interface Purposes {
  needed: boolean;
  /** By id of the incident; forgotten with the page. */
  told: ReadonlyMap<string, string>;
  tell: (id: string, purpose: string) => void;
}

export const PurposeContext = createContext<Purposes>({ needed: false, told: new Map(), tell: () => undefined });

export interface PurposeOfLook {
  /** Whether evidence may be asked for now. */
  open: boolean;
  purpose: string | null;
  tell: (purpose: string) => void;
}

/** Of one incident. */
export function lookAt({ needed, told, tell }: Purposes, id: string): PurposeOfLook {
  const purpose = told.get(id) ?? null;
  return { open: !needed || purpose !== null, purpose, tell: (text) => tell(id, text) };
}

export function usePurpose(id: string): PurposeOfLook {
  return lookAt(useContext(PurposeContext), id);
}
