/** A zone file as JSON (zones/schema/zones.schema.json), and what can be done to one without changing it in place. */

export type Point = [number, number];
export type Day = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
export const DAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const VEHICLES = ["car", "van", "truck", "bus", "motorcycle", "bicycle"] as const;
export type Vehicle = (typeof VEHICLES)[number];

export interface Window {
  days?: Day[];
  dates?: string[];
  except?: string[];
  from: string;
  to: string;
}

export interface Permit {
  what: string;
  from: string;
  to: string;
  vehicles?: Vehicle[];
}

export interface VehicleRule {
  limit_s?: number;
  vehicles?: Vehicle[];
  allowed?: Window[];
  permits?: Permit[];
  min_size?: number;
  max_size?: number;
  cooldown_s?: number;
}

export interface LoiteringRule {
  people: number;
  limit_s: number;
  within_m: number;
  active?: Window[];
  cooldown_s?: number;
}

export interface FightRule {
  cooldown_s?: number;
}

export interface Rules {
  parking?: VehicleRule;
  present?: VehicleRule;
  loitering?: LoiteringRule;
  fight?: FightRule;
}

export type RuleName = keyof Rules;
export const RULES: readonly RuleName[] = ["parking", "present", "loitering", "fight"];

export interface Zone {
  id: string;
  polygon: Point[];
  rules: Rules;
}

export interface GroundPoint {
  picture: Point;
  metres: Point;
}

export interface Preset {
  id: string;
  reference?: string;
  ground_plane?: GroundPoint[];
  zones: Zone[];
}

export interface ZoneDocument {
  camera: string;
  presets: Preset[];
}

/** What a rule begins with; the limits that the how-to gives as examples. */
export const FRESH: Required<Rules> = {
  parking: { limit_s: 60, vehicles: ["car", "van", "truck", "bus"] },
  present: {},
  loitering: { people: 3, limit_s: 300, within_m: 2 },
  fight: {},
};

export function changePreset(document: ZoneDocument, preset: string, change: (preset: Preset) => Preset): ZoneDocument {
  return { ...document, presets: document.presets.map((one) => (one.id === preset ? change(one) : one)) };
}

export function changeZone(preset: Preset, zone: number, change: (zone: Zone) => Zone): Preset {
  return { ...preset, zones: preset.zones.map((one, index) => (index === zone ? change(one) : one)) };
}

/** A name that no zone of the preset has yet. */
export function freeName(zones: readonly Zone[]): string {
  const taken = new Set(zones.map(({ id }) => id));
  for (let number = zones.length + 1; ; number += 1) {
    if (!taken.has(`zone-${String(number)}`)) return `zone-${String(number)}`;
  }
}

/** A rule switched on with its first settings, or off. A key without a value would be an empty rule. */
export function switchRule(rules: Rules, name: RuleName, on: boolean): Rules {
  return withField(rules, name, on ? FRESH[name] : undefined);
}

/** The same object with a field set, or without it where the value is undefined or an empty list. */
export function withField<Whole extends object, Key extends keyof Whole>(
  whole: Whole,
  key: Key,
  value: Whole[Key] | undefined,
): Whole {
  const empty = value === undefined || (Array.isArray(value) && value.length === 0);
  if (!empty) return { ...whole, [key]: value };
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as Whole;
}
