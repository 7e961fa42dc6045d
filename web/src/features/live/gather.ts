interface Gathered {
  /** Asks for the work: once for all that asks in the same moment. */
  wanted: () => void;
  stop: () => void;
}

/** Waits `waitMs` for more of the same before it does `work`, which begins at most once in `everyMs` and never twice at a time. */
export function gather(work: () => Promise<void>, waitMs: number, everyMs = waitMs): Gathered {
  let timer: number | undefined;
  let beganMs = -Infinity;
  let state: "idle" | "working" | "again" | "stopped" = "idle";

  function wanted(): void {
    if (state === "working") state = "again";
    if (state !== "idle") return;
    timer ??= window.setTimeout(() => void start(), Math.max(waitMs, beganMs + everyMs - performance.now()));
  }

  async function start(): Promise<void> {
    timer = undefined;
    beganMs = performance.now();
    state = "working";
    await work();
    const more = ended() === "again";
    if (ended() !== "stopped") state = "idle";
    if (more) wanted();
  }

  const ended = () => state; // changed meanwhile

  function stop(): void {
    window.clearTimeout(timer);
    state = "stopped";
  }

  return { wanted, stop };
}
