/** Tells of something urgent that is new: always in words, and by a tone where sound is on. */
import { useEffect, useRef, useState } from "react";

import type { Lane } from "../../api/types";
import { serverNowMs } from "../../time/clock";
import { heardOf, newUrgent, type Heard } from "./newUrgent";
import { sound, type Urgent } from "./sound";

export interface Alarm {
  priority: Urgent;
  atMs: number;
  /** Null while sound is off; false where the browser kept silent. */
  sounded: boolean | null;
}

export function useAlarm(lanes: readonly Lane[] | undefined, soundOn: boolean): Alarm | null {
  const heard = useRef<Heard | null>(null);
  const [alarm, setAlarm] = useState<Alarm | null>(null);

  useEffect(() => {
    if (lanes === undefined) return;
    const before = heard.current;
    heard.current = heardOf(lanes, before ?? undefined);
    const priority = before === null ? null : newUrgent(before, heard.current);
    if (priority !== null) void raise(priority);

    async function raise(urgent: Urgent): Promise<void> {
      const atMs = serverNowMs();
      setAlarm({ priority: urgent, atMs, sounded: soundOn ? await sound(urgent) : null });
    }
  }, [lanes, soundOn]);

  return alarm;
}
