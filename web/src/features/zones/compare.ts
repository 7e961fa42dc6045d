/** What differs between two versions of zones, for people: by preset and zone. */
import { changes } from "../versions/leaves";
import type { Preset, Zone, ZoneDocument } from "./document";

export type Difference =
  | { what: "added" | "removed" | "moved"; preset: string; zone: string }
  | { what: "ground"; preset: string }
  | { what: "set"; preset: string; zone: string; field: string; before: string; after: string };

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function ofZone(preset: string, before: Zone, after: Zone): Difference[] {
  const set = changes(before.rules, after.rules).map((one) => ({ what: "set" as const, preset, zone: after.id, ...one }));
  return [...(same(before.polygon, after.polygon) ? [] : [{ what: "moved" as const, preset, zone: after.id }]), ...set];
}

function ofPreset(before: Preset | undefined, after: Preset | undefined): Difference[] {
  const preset = (after ?? before)?.id ?? "";
  const [old, now] = [before?.zones ?? [], after?.zones ?? []];
  const found: Difference[] = same(before?.ground_plane, after?.ground_plane) ? [] : [{ what: "ground", preset }];
  for (const zone of now) {
    const was = old.find(({ id }) => id === zone.id);
    found.push(...(was === undefined ? [{ what: "added" as const, preset, zone: zone.id }] : ofZone(preset, was, zone)));
  }
  const gone = old.filter(({ id }) => now.every((zone) => zone.id !== id));
  return [...found, ...gone.map(({ id }) => ({ what: "removed" as const, preset, zone: id }))];
}

export function differences(before: ZoneDocument, after: ZoneDocument): Difference[] {
  const ids = [...new Set([...before.presets, ...after.presets].map(({ id }) => id))];
  const find = (document: ZoneDocument, id: string) => document.presets.find((preset) => preset.id === id);
  return ids.flatMap((id) => ofPreset(find(before, id), find(after, id)));
}
