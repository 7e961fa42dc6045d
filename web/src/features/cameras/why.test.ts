import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";

import nl from "../../i18n/nl.json";
import { tellWhy } from "./why";

const words: Record<string, string> = nl.why;
const t = ((key: string, values: Record<string, string>) =>
  (words[key.replace("why.", "")] ?? key).replace(/{{(\w+)}}/g, (_, name: string) => values[name] ?? "")) as unknown as TFunction;

describe("why a camera is not watched", () => {
  it.each([
    ["the picture fits no preset", "het beeld past bij geen enkele preset"],
    ["the picture is 6.4 % off preset square", "het beeld ligt 6.4 % naast preset square"],
    ["the picture is 5.1 % of zoom off preset square", "het beeld ligt 5.1 % zoom naast preset square"],
    ["the picture fits a and b", "het beeld past bij a en b"],
    [
      "the picture shows preset a, and the camera says that it looks elsewhere",
      "het beeld toont preset a, en de camera zegt dat hij ergens anders kijkt",
    ],
    ["1.2 % off preset a for a while: save the preset again", "al een tijd 1.2 % naast preset a: bewaar de preset opnieuw"],
    ["the picture is frozen since 14:03:21: look at the camera", "het beeld staat stil sinds 14:03:21: kijk naar de camera"],
    [
      "the view has moved by 4.2 % since 14:03:21: point the camera back, or draw its zones again",
      "het beeld is 4.2 % verschoven sinds 14:03:21: richt de camera terug, of teken de zones opnieuw",
    ],
    [
      "its clock is 600 s ahead since 2026-11-28 14:03: set it, or its time server",
      "de klok van de camera loopt 600 s voor sinds 2026-11-28 14:03: zet hem goed, of zijn tijdserver",
    ],
    ["no preset has a reference picture: run `almere presets learn`", "geen preset heeft een referentiebeeld: leer er een in"],
  ])("%s", (told, expected) => {
    expect(tellWhy(t, told)).toBe(expected);
  });

  it("stays as it was told where no words are known", () => {
    expect(tellWhy(t, "connection refused")).toBe("connection refused");
  });
});
