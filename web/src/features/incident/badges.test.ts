import { MantineProvider } from "@mantine/core";
import i18next from "i18next";
import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { initReactI18next } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "../../i18n/en.json";
import nl from "../../i18n/nl.json";
import { BandBadge } from "./BandBadge";
import { PriorityBadge } from "./PriorityBadge";

beforeAll(async () => {
  const resources = { nl: { translation: nl }, en: { translation: en } };
  await i18next.use(initReactI18next).init({ lng: "nl", resources });
});

/** What a person reads or hears: the text without its tags. */
function words(element: ReactElement): string {
  const markup = renderToStaticMarkup(createElement(MantineProvider, { env: "test" }, element));
  return markup.replaceAll(/<style[^>]*>.*?<\/style>/gs, "").replaceAll(/<[^>]+>/g, "").trim();
}

describe("the badges", () => {
  it("say the priority and whose it is in words", () => {
    expect(words(createElement(PriorityBadge, { priority: "P1" }))).toBe("Voorgestelde prioriteit P1");
  });

  it("show nothing for a suggestion without priority", () => {
    expect(words(createElement(PriorityBadge, { priority: null }))).toBe("");
  });

  it("say how likely it is in words", () => {
    expect(words(createElement(BandBadge, { band: "very_likely" }))).toBe("zeer waarschijnlijk");
    expect(words(createElement(BandBadge, { band: "unlikely" }))).toBe("onwaarschijnlijk");
  });

  it("say that the likelihood is unknown instead of making one up", () => {
    expect(words(createElement(BandBadge, { band: null }))).toBe("kans onbekend");
  });
});
