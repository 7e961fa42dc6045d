import { Button } from "@mantine/core";
import { IconLock, IconShieldCheck } from "@tabler/icons-react";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";

import type { Person } from "../../api/types";
import { useCameras } from "../cameras/useCameras";
import classes from "./People.module.css";
import { tellCameras, tellKinds } from "./rights";

interface PeopleTableProps {
  people: readonly Person[];
  ref: Ref<HTMLTableElement>;
  onOpen: (id: number) => void;
}

export function PeopleTable({ people, ref, onOpen }: PeopleTableProps) {
  const { t } = useTranslation();
  const { data: cameras } = useCameras();
  return (
    <table className={classes.table} ref={ref} aria-labelledby="page-title">
      <thead>
        <tr>
          <th scope="col">{t("people.name")}</th>
          <th scope="col">{t("people.role")}</th>
          <th scope="col">{t("people.cameras")}</th>
          <th scope="col">{t("people.kinds")}</th>
          <th scope="col">{t("profile.secondFactor")}</th>
          <th scope="col">{t("people.state")}</th>
        </tr>
      </thead>
      <tbody>
        {people.map((one) => (
          <tr key={one.id} data-testid="person-row" data-person={one.username} data-disabled={one.disabled}>
            <td>
              <Button
                variant="default"
                size="compact-md"
                onClick={() => onOpen(one.id)}
                aria-label={t("people.open", { name: one.username })}
                data-row
              >
                {one.username}
              </Button>
            </td>
            <td>{t(`role.${one.role}`)}</td>
            <td className={classes.scope}>{tellCameras(t, one.scope, cameras)}</td>
            <td className={classes.scope}>{tellKinds(t, one.scope)}</td>
            <td>
              {one.second_factor && <IconShieldCheck size="1rem" aria-hidden />}{" "}
              {t(one.second_factor ? "people.on" : "people.off")}
            </td>
            <td>
              {one.disabled && <IconLock size="1rem" aria-hidden />} {t(one.disabled ? "people.disabled" : "people.enabled")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
