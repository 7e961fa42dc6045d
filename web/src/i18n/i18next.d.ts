import "i18next";

import type nl from "./nl.json";

// Makes an unknown key, and a value of the API without a label, an error of the compiler.
declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof nl };
    returnNull: false;
  }
}
