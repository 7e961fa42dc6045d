import { Alert, Button, Kbd, Loader, Modal, Text } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { tellProblem } from "../../api/problems";
import type { Session } from "../../api/types";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { AddPerson } from "./AddPerson";
import classes from "./People.module.css";
import { PeopleTable } from "./PeopleTable";
import { PersonPanel } from "./PersonPanel";
import { usePeople } from "./usePeople";

type Open = "add" | number;

/** Accounts, for an administrator. */
export function PeoplePage({ user }: { user: Session["user"] }) {
  const { t } = useTranslation();
  const { data: list, error, refetch } = usePeople();
  /** The person whose rights are open, by id. */
  const [open, setOpen] = useState<Open | null>(null);
  const rows = useRef<HTMLTableElement>(null);
  const person = list?.items.find((one) => one.id === open);

  function act(action: PageAction): void {
    if (action === "add") setOpen("add");
    if (action === "nextRow") moveFocus(rows.current, 1);
    if (action === "previousRow") moveFocus(rows.current, -1);
  }

  return (
    <PageShell page="people" role={user.role} title={t("people.title")} onAction={act}>
      <div className={classes.top}>
        <Button
          leftSection={<IconUserPlus size="1.1rem" aria-hidden />}
          rightSection={<Kbd size="xs">n</Kbd>}
          onClick={() => setOpen("add")}
          data-testid="add-person"
        >
          {t("people.add")}
        </Button>
        <Text c="dimmed">{t("people.help")}</Text>
      </div>
      {error !== null && (
        <Alert color="yellow" role="alert">
          {tellProblem(t, error)}{" "}
          <Button size="compact-sm" onClick={() => void refetch()}>
            {t("queue.retry")}
          </Button>
        </Alert>
      )}
      {list === undefined && error === null && <Loader role="status" aria-label={t("people.loading")} />}
      {list !== undefined && <PeopleTable people={list.items} ref={rows} onOpen={setOpen} />}
      <Modal
        opened={open !== null && list !== undefined}
        onClose={() => setOpen(null)}
        size="xl"
        title={open === "add" ? t("people.add") : (person?.username ?? "")}
        closeButtonProps={{ "aria-label": t("keys.close") }}
        transitionProps={{ duration: 0 }}
      >
        {open === "add" && list !== undefined && <AddPerson roles={list.roles} onDone={() => setOpen(null)} />}
        {person !== undefined && list !== undefined && (
          <PersonPanel
            person={person}
            roles={list.roles}
            own={person.username === user.username}
            onDone={() => setOpen(null)}
          />
        )}
      </Modal>
    </PageShell>
  );
}
