import { Button, Divider } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, bodyOf } from "../../api/client";
import { SSO_ADDRESS } from "./sso";

/** The way in through the identity provider, where one is set. While that is not known there is no button. */
export function ProviderButton() {
  const { t, i18n } = useTranslation();
  const ways = useQuery({
    queryKey: ["ways-in"],
    queryFn: () => bodyOf(api.GET("/api/v1/session/ways")),
    staleTime: Infinity,
  });
  const label = ways.data?.provider;
  if (!label) return null;
  return (
    <>
      <Divider label={t("session.or")} />
      <Button component="a" href={SSO_ADDRESS} variant="default" size="md" data-testid="sso">
        {i18n.language === "en" ? label.en : label.nl}
      </Button>
    </>
  );
}
