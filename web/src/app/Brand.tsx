import { useTranslation } from "react-i18next";

import classes from "./app.module.css";

export function Brand() {
  const { t } = useTranslation();
  return (
    <span className={classes.brand}>
      <img src="/favicon.svg" alt="" width="26" height="26" />
      {t("app.name")}
    </span>
  );
}
