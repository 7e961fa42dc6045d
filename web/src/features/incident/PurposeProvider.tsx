import { useMemo, useState, type ReactNode } from "react";

import type { Role } from "../../api/types";
import { needsPurpose, PurposeContext } from "./purpose";

/** Remembers what for evidence is looked at, for as long as the page is open. */
export function PurposeProvider({ role, children }: { role: Role; children: ReactNode }) {
  const [told, setTold] = useState<ReadonlyMap<string, string>>(new Map());
  const purposes = useMemo(
    () => ({
      needed: needsPurpose(role),
      told,
      tell: (id: string, purpose: string) => setTold((before) => new Map(before).set(id, purpose)),
    }),
    [role, told],
  );
  return <PurposeContext value={purposes}>{children}</PurposeContext>;
}
