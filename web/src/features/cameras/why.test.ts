import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";

import nl from "../../i18n/nl.json";
import { tellWhy } from "./why";

const words: Record<string, string> = nl.why;
const t = ((key: string, values: Record<string, string>) =>
  (words[key.replace("why.", "")] ?? key).replace(/{{(\w+)}}/g, (_, name: string) => values[name] ?? "")) as unknown as TFunction;

describe("why a camera is not watched", () => {
  it.each([
    ["the picture fits no preset", "het beeld past bij geen preset"],
    ["the picture is 6.4 % off preset square", "het beeld ligt 6.4 % naast preset square"],
    ["the picture is 5.1 % of zoom off preset square", "het beeld ligt 5.1 % zoom naast preset square"],
    ["the picture fits a and b", "het beeld past bij a en b"],
    [
      "the picture shows preset a, and the camera says that it looks elsewhere",
      "het beeld toont preset a, en de camera zegt dat hij ergens anders kijkt",
    ],
    ["1.2 % off preset a for a while: save the preset again", "al een tijd 1.2 % naast preset a: bewaar de preset opnieuw"],
    ["no preset has a reference picture: run `almere presets learn`", "geen preset heeft een referentiebeeld: leer er een"],
  ])("%s", (told, expected) => {
    expect(tellWhy(t, told)).toBe(expected);
  });

  it("stays as it was told where no words are known", () => {
    expect(tellWhy(t, "connection refused")).toBe("connection refused");
  });
});
