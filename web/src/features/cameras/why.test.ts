import { createInstance } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import type { CameraReason } from "../../api/types";
import nl from "../../i18n/nl.json";
import { tellWhy } from "./why";

const i18n = createInstance();

beforeAll(() => i18n.init({ lng: "nl", resources: { nl: { translation: nl } }, interpolation: { escapeValue: false } }));

function told(code: string, values: Record<string, string>, text = ""): string {
  return tellWhy(i18n.t, { code: code as CameraReason["code"], values, text });
}

describe("why a camera is not watched", () => {
  it("is said in the language of the person", () => {
    expect(told("nothing_answers", {})).toBe("er antwoordt niets op deze host en poort: controleer adres en voeding");
    expect(told("off_preset", { much: "6.4 %", preset: "<plein> & co" })).toBe("het beeld ligt 6.4 % naast preset <plein> & co");
  });

  it("stays in English where a sentence or its code is not known", () => {
    expect(told("other", { text: "no picture for 8 s" }, "no picture for 8 s")).toBe("no picture for 8 s");
    expect(told("of_a_newer_release", { much: "3" }, "it rains for {{much}} days")).toBe("it rains for {{much}} days");
  });
});
