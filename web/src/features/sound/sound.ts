/** A tone for something urgent, made here: no file, and nothing to download. */
import type { Priority } from "../../api/types";

export type Urgent = Extract<Priority, "P1" | "P2">;

interface Beep {
  hertz: number;
  atS: number;
  forS: number;
}

/** P1 rises twice, P2 is two calm beeps: they can be told apart without looking. */
const BEEPS: Record<Urgent, readonly Beep[]> = {
  P1: [
    { hertz: 660, atS: 0, forS: 0.14 },
    { hertz: 990, atS: 0.16, forS: 0.22 },
    { hertz: 660, atS: 0.5, forS: 0.14 },
    { hertz: 990, atS: 0.66, forS: 0.22 },
  ],
  P2: [
    { hertz: 520, atS: 0, forS: 0.15 },
    { hertz: 520, atS: 0.25, forS: 0.15 },
  ],
};

const LOUDNESS = 0.2;
/** Ramps instead of steps: those would click. */
const RAMP_S = 0.015;
const PATIENCE_MS = 400;

let context: AudioContext | null = null;

/** Whether it sounds: a browser keeps a page silent that nobody has touched yet. */
export async function sound(priority: Urgent): Promise<boolean> {
  context ??= new AudioContext();
  const patience = new Promise((resolve) => window.setTimeout(resolve, PATIENCE_MS));
  await Promise.race([context.resume(), patience]);
  if (context.state !== "running") return false;
  for (const beep of BEEPS[priority]) play(context, beep);
  return true;
}

function play(audio: AudioContext, { hertz, atS, forS }: Beep): void {
  const tone = new OscillatorNode(audio, { frequency: hertz, type: "triangle" });
  const volume = new GainNode(audio, { gain: 0 });
  const startS = audio.currentTime + atS;
  volume.gain.setValueAtTime(0, startS);
  volume.gain.linearRampToValueAtTime(LOUDNESS, startS + RAMP_S);
  volume.gain.setValueAtTime(LOUDNESS, startS + forS - RAMP_S);
  volume.gain.linearRampToValueAtTime(0, startS + forS);
  tone.connect(volume).connect(audio.destination);
  tone.start(startS);
  tone.stop(startS + forS);
}
