import { Button, Kbd, Modal, Text } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

import type { RejectReason } from "../../api/types";
import { choiceFor } from "../queue/keys";
import classes from "./dialogs.module.css";
import { useCatalogue } from "./useCatalogue";

interface RejectDialogProps {
  opened: boolean;
  onClose: () => void;
  onChoose: (reason: RejectReason) => void;
}

export function RejectDialog({ opened, onClose, onChoose }: RejectDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("reject.title")}
      closeButtonProps={{ "aria-label": t("keys.close") }}
      transitionProps={{ duration: 0 }}
      lockScroll={false} // to lock what does not scroll took a third of the time of the key
    >
      <Reasons onChoose={onChoose} />
    </Modal>
  );
}

function Reasons({ onChoose }: Pick<RejectDialogProps, "onChoose">) {
  const { t } = useTranslation();
  const { reject_reasons: reasons } = useCatalogue();

  useWindowEvent("keydown", (event) => {
    const index = choiceFor(event, reasons.length);
    const reason = index === null ? undefined : reasons[index];
    if (reason === undefined) return;
    event.preventDefault();
    onChoose(reason);
  });

  return (
    <div className={classes.choices} tabIndex={-1} data-autofocus data-testid="reject-dialog">
      {reasons.map((reason, index) => (
        <Button
          key={reason}
          variant="default"
          justify="flex-start"
          leftSection={<Kbd>{index + 1}</Kbd>}
          onClick={() => onChoose(reason)}
          data-testid={`reason-${reason}`}
        >
          {t(`rejectReason.${reason}`)}
        </Button>
      ))}
      <Text size="sm" c="dimmed">
        {t("reject.help")}
      </Text>
    </div>
  );
}
