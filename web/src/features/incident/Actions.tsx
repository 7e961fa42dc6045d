import { Button, Kbd, type ButtonProps } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconLoader } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Command, Incident } from "../../api/types";
import type { Notice } from "../queue/useVerdicts";
import classes from "./Actions.module.css";
import { canDo, isTold } from "./useCommands";

interface ActionsProps {
  incident: Incident;
  username: string;
  busy: boolean;
  notice: Notice | null;
  onOrder: (command: Command) => void;
}

type Look = Pick<ButtonProps, "variant" | "color">;

const VERDICTS: readonly { command: Command; keyName: string; look: Look }[] = [
  { command: "confirm", keyName: "Enter", look: { variant: "filled", color: "teal.4" } },
  { command: "reject", keyName: "r", look: { variant: "default" } },
  { command: "escalate", keyName: "e", look: { variant: "default" } },
];

const ANSWERS: typeof VERDICTS = [
  { command: "acknowledge", keyName: "a", look: { variant: "filled", color: "teal.4" } },
  { command: "arrive", keyName: "o", look: { variant: "default" } },
  { command: "resolve", keyName: "d", look: { variant: "default" } },
  { command: "decline", keyName: "x", look: { variant: "default" } },
];

const REST: readonly { command: Command; keyName: string }[] = [
  { command: "claim", keyName: "c" },
  { command: "release", keyName: "s" },
  { command: "undo", keyName: "u" },
];

/** The same buttons at the same place for as long as it is the same work; what the API does not allow now is dim. */
export function Actions({ incident, username, busy, notice, onOrder }: ActionsProps) {
  const { t } = useTranslation();

  const isAnswer = isTold(incident) && incident.state !== "no_capacity";

  function label(command: Command): string {
    if (command !== "claim" || incident.state !== "claimed") return t(`command.${command}`);
    return incident.claimed_by === username ? t("command.renew") : t("command.takeover");
  }

  function button(command: Command, keyName: string, look: Look) {
    return (
      <Button
        key={command}
        {...look}
        disabled={!canDo(incident, command)}
        onClick={() => onOrder(command)}
        rightSection={<Kbd size="xs">{keyName}</Kbd>}
        data-testid={`command-${command}`}
      >
        {label(command)}
      </Button>
    );
  }

  return (
    <div className={classes.bar}>
      <div className={classes.buttons} role="group" aria-label={t("command.group")} aria-busy={busy}>
        {(isAnswer ? ANSWERS : VERDICTS).map(({ command, keyName, look }) => button(command, keyName, look))}
        <span className={classes.gap} />
        {REST.filter(({ command }) => !isAnswer || canDo(incident, command)).map(({ command, keyName }) => button(command, keyName, { variant: "default" }))}
      </div>
      <NoticeLine busy={busy} notice={notice !== null && notice.version >= incident.version ? notice : null} />
    </div>
  );
}

/** One line at a fixed place for how it went. */
function NoticeLine({ busy, notice }: Pick<ActionsProps, "busy" | "notice">) {
  const { t } = useTranslation();
  const stopped = notice?.tone === "stopped";
  const Icon = busy ? IconLoader : stopped ? IconAlertTriangle : IconCheck;
  const text = busy ? t("notice.busy") : (notice?.tell(t) ?? "");
  return (
    <p
      className={classes.notice}
      role={stopped ? "alert" : "status"}
      data-testid="notice"
      data-tone={busy ? "busy" : (notice?.tone ?? "none")}
    >
      {text !== "" && <Icon size="1.1rem" aria-hidden />}
      {text}
    </p>
  );
}
