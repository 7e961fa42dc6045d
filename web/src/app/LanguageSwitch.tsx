import { Button, VisuallyHidden } from "@mantine/core";
import { IconLanguage } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { switchLanguage } from "../i18n";

/** Named in the language it switches to, so that whoever needs it can read it. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === "nl" ? "en" : "nl";
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-md"
      leftSection={<IconLanguage size="1.1rem" />}
      onClick={switchLanguage}
      lang={other}
      data-testid="language"
    >
      {other.toUpperCase()}
      <VisuallyHidden> {t("language.switch")}</VisuallyHidden>
    </Button>
  );
}
