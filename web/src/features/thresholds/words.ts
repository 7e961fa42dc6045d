/** Words for what decisions propose about a threshold. */
import type { TFunction } from "i18next";

import type { ThresholdList, ThresholdPlace } from "../../api/types";

export type Did = ThresholdPlace["history"][number]["did"];

export function formatScore(language: string, score: number): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(score);
}

export function formatShare(language: string, share: number): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

export function tellThreshold(t: TFunction, language: string, threshold: number): string {
  return threshold > 0
    ? t("thresholds.inForce", { threshold: formatScore(language, threshold) })
    : t("thresholds.none");
}

type Proposed = Pick<ThresholdPlace, "threshold" | "proposal" | "why_not" | "figures">;
type Least = Pick<ThresholdList, "least_decisions" | "least_confirmed" | "least_newer">;

/** "Raise to 0.62: 41 fewer false, 1 confirmed lost, from 220 decisions", or why nothing is proposed. */
export function tellProposal(t: TFunction, language: string, place: Proposed, least: Least): string {
  const { proposal } = place;
  if (proposal === null) return tellWhyNot(t, place, least);
  const threshold = formatScore(language, proposal.threshold);
  const { decisions, fewer_false: fewer, confirmed_lost: lost } = proposal;
  if (proposal.threshold > place.threshold) {
    return t(proposal.estimated ? "thresholds.raiseAbout" : "thresholds.raise", { threshold, fewer, lost, decisions });
  }
  const less = { threshold, fewer: Math.abs(fewer), lost: Math.abs(lost), decisions };
  return proposal.threshold > 0 ? t("thresholds.lower", less) : t("thresholds.remove", less);
}

function tellWhyNot(t: TFunction, { why_not: why, figures }: Proposed, least: Least): string {
  switch (why) {
    case null:
      return "";
    case "too_few_decisions":
      return t(`thresholds.whyNot.${why}`, { decisions: figures.decisions, least: least.least_decisions });
    case "too_few_confirmed":
      return t(`thresholds.whyNot.${why}`, { decisions: figures.confirmed, least: least.least_confirmed });
    case "too_soon":
      return t(`thresholds.whyNot.${why}`, { least: least.least_newer });
    case "nothing_gained":
      return t(`thresholds.whyNot.${why}`);
  }
}
