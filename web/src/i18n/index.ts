/** Dutch first, English complete. The choice is kept in this browser. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import nl from "./nl.json";

export type Language = "nl" | "en";

const STORED_AS = "almere.language";

function storedLanguage(): Language {
  return localStorage.getItem(STORED_AS) === "en" ? "en" : "nl";
}

export async function startLanguages(): Promise<void> {
  const first = storedLanguage(); // before the start of Dutch is kept as a choice
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
    localStorage.setItem(STORED_AS, language);
  });
  await i18next.use(initReactI18next).init({
    lng: "nl",
    resources: { nl: { translation: nl } },
    partialBundledLanguages: true,
    // React escapes what it shows; escaping twice would garble names.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  if (first !== "nl") await changeTo(first);
}

export function switchLanguage(): void {
  void changeTo(i18next.language === "nl" ? "en" : "nl");
}

/** Who never reads English does not wait for it. */
async function changeTo(language: Language): Promise<void> {
  if (language === "en" && !i18next.hasResourceBundle("en", "translation")) {
    i18next.addResourceBundle("en", "translation", (await import("./en.json")).default);
  }
  await i18next.changeLanguage(language);
}

/** BCP 47 tag for dates and figures. English with a 24 hour clock. */
export function localeOf(language: string): string {
  return language === "en" ? "en-GB" : "nl-NL";
}
