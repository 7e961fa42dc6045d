/** Role and scope of an account, while an administrator chooses them. */
import type { TFunction } from "i18next";

import type { Camera, PersonList, Role, Scope } from "../../api/types";
import { nameOf } from "../cameras/useCameras";

export interface Rights {
  role: Role;
  scope: Scope;
}

type Roles = PersonList["roles"];

const EVERYTHING: Scope = { cameras: null, kinds: null };

export function defaultScope(roles: Roles, role: Role): Scope {
  return roles.find((one) => one.role === role)?.scope ?? EVERYTHING;
}

function same(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return JSON.stringify(one?.toSorted() ?? null) === JSON.stringify(other?.toSorted() ?? null);
}

/** With another role, what was the default of the old one becomes that of the new; what was chosen stays. */
export function withRole({ role: old, scope }: Rights, role: Role, roles: Roles): Rights {
  const before = defaultScope(roles, old);
  const after = defaultScope(roles, role);
  return {
    role,
    scope: {
      cameras: same(scope.cameras, before.cameras) ? after.cameras : scope.cameras,
      kinds: same(scope.kinds, before.kinds) ? after.kinds : scope.kinds,
    },
  };
}

export function sameRights(one: Rights, other: Rights): boolean {
  return (
    one.role === other.role &&
    same(one.scope.cameras, other.scope.cameras) &&
    same(one.scope.kinds, other.scope.kinds)
  );
}

/** Which part of a scope is chosen and empty: such a person would see nothing. */
export function emptyParts({ cameras, kinds }: Scope): { cameras: boolean; kinds: boolean } {
  return { cameras: cameras?.length === 0, kinds: kinds?.length === 0 };
}

/** Cameras to choose from: those that are known, and those that the scope names. */
export function choicesOf(cameras: readonly Camera[], chosen: readonly string[]): { id: string; name: string }[] {
  const ids = new Set([...cameras.map((camera) => camera.id), ...chosen]);
  const choices = [...ids].map((id) => ({ id, name: nameOf(cameras, id) }));
  return choices.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

export function toggled<T>(list: readonly T[], value: T): T[] {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}

export function tellCameras(t: TFunction, { cameras: ids }: Scope, cameras: readonly Camera[] | undefined): string {
  if (ids === null) return t("people.allCameras");
  return ids.length === 0 ? t("people.none") : ids.map((id) => nameOf(cameras, id)).join(", ");
}

export function tellKinds(t: TFunction, { kinds }: Scope): string {
  if (kinds === null) return t("people.allKinds");
  return kinds.length === 0 ? t("people.none") : kinds.map((kind) => t(`kind.${kind}`)).join(", ");
}
