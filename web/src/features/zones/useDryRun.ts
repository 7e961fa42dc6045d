/** One dry run of the zones as they are drawn: begun, followed hour by hour, and stopped. */
import { useEffect, useRef, useState } from "react";

import type { DryRunStep } from "../../api/types";
import type { ZoneDocument } from "./document";
import { tryZones } from "./useZones";

const LIMIT_S = 900;

export interface DryRun {
  days: number;
  setDays: (days: number) => void;
  step: DryRunStep | null;
  error: unknown;
  busy: boolean;
  /** What was tried last. */
  tried: ZoneDocument | null;
  start: (document: ZoneDocument) => void;
  stop: () => void;
}

export function useDryRun(camera: string): DryRun {
  const [days, setDays] = useState(1);
  const [step, setStep] = useState<DryRunStep | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState<ZoneDocument | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  function stop(): void {
    running.current?.abort();
    setBusy(false);
  }

  function start(document: ZoneDocument): void {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setBusy(true);
    setStep(null);
    setError(null);
    setTried(document);
    tryZones(camera, { document, days, limit_s: LIMIT_S }, control.signal, setStep)
      .catch((problem: unknown) => {
        if (!control.signal.aborted) setError(problem);
      })
      .finally(() => {
        if (running.current === control) setBusy(false);
      });
  }

  return { days, setDays, step, error, busy, tried, start, stop };
}
