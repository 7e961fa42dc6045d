/** The time of the server, ticking once a second. A desk's own clock may be minutes off. */
import { useSyncExternalStore } from "react";

/** Skew below this is within the one-second resolution of the `Date` header. */
const TOLERATED_SKEW_MS = 2000;

let skewMs = 0;
let secondMs = 0;
let timer: number | undefined;
const listeners = new Set<() => void>();

export function syncWithServer(dateHeader: string | null): void {
  const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(serverMs)) return;
  const differenceMs = serverMs - Date.now();
  if (Math.abs(differenceMs - skewMs) > TOLERATED_SKEW_MS) {
    skewMs = Math.abs(differenceMs) > TOLERATED_SKEW_MS ? differenceMs : 0;
  }
}

export function serverNowMs(): number {
  return Date.now() + skewMs;
}

function tick(): void {
  secondMs = Math.floor(serverNowMs() / 1000) * 1000;
  for (const listener of listeners) listener();
  timer = window.setTimeout(tick, 1000 - (serverNowMs() % 1000));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearTimeout(timer);
    timer = undefined;
  };
}

function currentSecond(): number {
  if (secondMs === 0) secondMs = Math.floor(serverNowMs() / 1000) * 1000;
  return secondMs;
}

/** Milliseconds since the epoch, in whole seconds; renders again every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, currentSecond);
}
