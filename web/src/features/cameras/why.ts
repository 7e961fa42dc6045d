import type { TFunction } from "i18next";

import type { CameraReason } from "../../api/types";

/** Why a camera is not watched, or what is wrong with it; a code that is not known here stays in English. */
export function tellWhy(t: TFunction, { code, values, text }: CameraReason): string {
  const key = `why.${code}` as const;
  const told = t(key, { replace: values });
  return told === key ? text : told;
}
