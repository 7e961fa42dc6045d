import { Kbd, Modal } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";

import type { Binding } from "../queue/keys";
import type { PageBinding } from "../pages/pageKeys";
import classes from "./KeysDialog.module.css";

type Shown = Binding | PageBinding;

interface KeysDialogProps {
  groups: readonly Shown["group"][];
  bindings: readonly Shown[];
  opened: boolean;
  onClose: () => void;
}

const NAMED = ["Enter", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Delete", "Space", "Escape"] as const;

/** Every key of a page, and what it does. */
export function KeysDialog({ groups, bindings, opened, onClose }: KeysDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title={t("keys.title")}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
    >
      <div className={classes.groups} data-testid="keys-dialog">
        {groups.filter((group) => bindings.some((binding) => binding.group === group)).map((group) => (
          <section key={group}>
            <h3 className={classes.title}>{t(`keys.${group}`)}</h3>
            <dl className={classes.keys}>
              {bindings.filter((binding) => binding.group === group).map((binding) => (
                <Row key={binding.action} binding={binding} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

function Row({ binding }: { binding: Shown }) {
  const { t } = useTranslation();
  const named = (key: string) => NAMED.find((name) => name === key);
  return (
    <div className={classes.row} data-testid={`key-${binding.action}`}>
      <dt>
        {binding.keys.map((key, index) => {
          const name = named(key);
          return (
            <Fragment key={key}>
              {index > 0 && <span className={classes.or}>{t("keys.or")}</span>}
              <Kbd>{name === undefined ? key : t(`keys.name.${name}`)}</Kbd>
            </Fragment>
          );
        })}
      </dt>
      <dd>{t(`keys.${binding.action}`)}</dd>
    </div>
  );
}
