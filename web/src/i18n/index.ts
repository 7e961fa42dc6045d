/** Dutch first, English complete. The choice is kept in this browser. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import en from "./en.json";
import nl from "./nl.json";

export type Language = "nl" | "en";

const STORED_AS = "almere.language";

function storedLanguage(): Language {
  return localStorage.getItem(STORED_AS) === "en" ? "en" : "nl";
}

export async function startLanguages(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
    localStorage.setItem(STORED_AS, language);
  });
  await i18next.use(initReactI18next).init({
    lng: storedLanguage(),
    resources: { nl: { translation: nl }, en: { translation: en } },
    // React escapes what it shows; escaping twice would garble names.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

export function switchLanguage(): void {
  void i18next.changeLanguage(i18next.language === "nl" ? "en" : "nl");
}

/** BCP 47 tag for dates and figures. English with a 24 hour clock. */
export function localeOf(language: string): string {
  return language === "en" ? "en-GB" : "nl-NL";
}
