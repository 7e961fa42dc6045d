import type { TFunction } from "i18next";

import type nl from "../../i18n/nl.json";

const RULES: readonly (keyof (typeof nl)["rule"])[] = ["parking", "present", "loitering", "fight"];

/** The name of a rule for people; its own where a newer worker has more. */
export function tellRule(t: TFunction, rule: string): string {
  const known = RULES.find((one) => one === rule);
  return known === undefined ? rule : t(`rule.${known}`);
}
