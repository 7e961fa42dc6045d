import { createContext, useContext } from "react";

export type Live = { state: "connecting" } | { state: "live" } | { state: "lost"; sinceMs: number };

export const LiveContext = createContext<Live>({ state: "connecting" });

export function useLive(): Live {
  return useContext(LiveContext);
}

/** How often to ask by ourselves: a safety net while events come, the only way while they do not. */
export function pollEveryMs(live: Live): number {
  return live.state === "live" ? 30_000 : 5000;
}
