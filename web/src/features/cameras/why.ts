/** Why a camera is not watched, in the language of the person; workers tell it in English. */
import type { TFunction } from "i18next";

import type nl from "../../i18n/nl.json";

const SENTENCES: readonly [RegExp, keyof (typeof nl)["why"]][] = [
  [/^not looked yet$/, "notYet"],
  [/^the picture fits no preset$/, "none"],
  [/^the picture is (?<much>[\d.]+ %) off preset (?<preset>.+)$/, "off"],
  [/^the picture is (?<much>[\d.]+ %) of zoom off preset (?<preset>.+)$/, "zoomOff"],
  [/^the picture fits (?<one>.+) and (?<other>.+)$/, "two"],
  [/^the picture moves, or has just come to rest$/, "moves"],
  [/^the camera says that it moves$/, "saysMoves"],
  [/^the camera does not say where it looks$/, "silent"],
  [/^the picture shows preset (?<preset>.+), and the camera says that it looks elsewhere$/, "disagree"],
  [/^no preset has a reference picture/, "notLearnt"],
  [/^(?<much>[\d.]+ %) off preset (?<preset>.+) for a while: save the preset again$/, "lasting"],
  [/^the picture is frozen since (?<since>[\d:]+): look at the camera$/, "frozen"],
  [/^the picture is black since (?<since>[\d:]+): look at the camera$/, "black"],
  [/^the picture is covered since (?<since>[\d:]+): look at the camera$/, "covered"],
  [/^the picture is out of focus since (?<since>[\d:]+): look at the camera$/, "blurred"],
  [/^the view has moved by (?<much>[\d.]+ %)(?: of zoom)? since (?<since>[\d:]+): point the camera back/, "moved"],
  [/^the view shows another place since (?<since>[\d:]+): point the camera back/, "elsewhere"],
  [/^its clock is (?<much>\d+ s) ahead since (?<since>[\d :-]+): set it/, "clockAhead"],
  [/^its clock is (?<much>\d+ s) behind since (?<since>[\d :-]+): set it/, "clockBehind"],
  [/^the worker of this camera is silent$/, "workerSilent"],
];

/** What is not known here (a newer worker, a network error) stays as it was told. */
export function tellWhy(t: TFunction, told: string): string {
  for (const [sentence, key] of SENTENCES) {
    const found = sentence.exec(told);
    if (found !== null) {
      const loose = t as (key: string, values: Record<string, string>) => string;
      return loose(`why.${key}`, found.groups ?? {});
    }
  }
  return told;
}
