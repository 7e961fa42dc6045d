/** What differs between two documents, value by value. */

export interface Change {
  field: string;
  before: string;
  after: string;
}

const NOTHING = "–";

/** Every value below an object, by its path; with `rows` the entries of lists as well, counted from 1. */
function leaves(value: unknown, path: string, rows: boolean): [string, string][] {
  const within = (key: string) => (path === "" ? key : `${path}.${key}`);
  if (Array.isArray(value) && rows && value.some((one) => typeof one === "object")) {
    return value.flatMap((one, index) => leaves(one, within(String(index + 1)), rows));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, JSON.stringify(value)]];
  const inner = Object.entries(value).flatMap(([key, one]) => leaves(one, within(key), rows));
  return inner.length === 0 ? [[path, "{}"]] : inner;
}

export function changes(before: unknown, after: unknown, rows = false): Change[] {
  const [old, now] = [new Map(leaves(before, "", rows)), new Map(leaves(after, "", rows))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => old.get(field) !== now.get(field))
    .sort()
    .map((field) => ({ field, before: old.get(field) ?? NOTHING, after: now.get(field) ?? NOTHING }));
}
