/** Carries out what a person decides about an incident, and tells in one line how it went. */
import { useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";

import { ApiProblem, tellProblem } from "../../api/problems";
import type { Command, Incident } from "../../api/types";
import { serverNowMs } from "../../time/clock";
import { canDo, useCommands, VERDICTS, type Order } from "../incident/useCommands";
import { fetchIncident, incidentKey, refetchIncident } from "../incident/useIncident";

/** So long a verdict can be taken back from anywhere; later only where it was given. */
const UNDO_MS = 30_000;

/** The verdict that was given last. */
export interface Given {
  id: string;
  untilMs: number;
  state: Incident["state"];
  camera: string;
}

export interface Notice {
  tone: "done" | "stopped";
  /** Worded late, so that it follows the language. */
  tell: (t: TFunction) => string;
  /** Of the incident that it is about: once that has changed again, the notice is old news. */
  version: number;
}

function tellDone(order: Order): Notice["tell"] {
  switch (order.command) {
    case "claim":
      return (t) => t("notice.claimed");
    case "release":
      return (t) => t("notice.released");
    case "confirm":
      return (t) => t("notice.confirmed");
    case "undo":
      return (t) => t("notice.undone");
    case "acknowledge":
    case "arrive":
    case "decline": {
      const { command } = order;
      return (t) => t(`notice.${command}`);
    }
    case "resolve":
      return (t) => t("notice.resolved", { result: t(`result.${order.result}`) });
    case "reject":
      return (t) => t("notice.rejected", { reason: t(`rejectReason.${order.reason}`) });
    case "escalate":
      return (t) => {
        return t("notice.escalated", { recipient: t(`recipient.${order.recipient}`), priority: order.priority });
      };
  }
}

/** Who was first, as the incident now says. */
function tellFirst(now: Incident, username: string): Notice["tell"] {
  const { decided_by: decidedBy, claimed_by: claimedBy, state } = now;
  if (decidedBy !== null && decidedBy !== username) {
    return (t) => t("notice.firstDecided", { name: decidedBy, state: t(`state.${state}`).toLowerCase() });
  }
  if (claimedBy !== null && claimedBy !== username) {
    return (t) => t("notice.firstClaimed", { name: claimedBy });
  }
  return (t) => t("notice.changed");
}

function tellRefusal(incident: Incident, command: Command, username: string): Notice["tell"] {
  const { claimed_by: name, state } = incident;
  if (state === "claimed" && name !== null && name !== username) return (t) => t("notice.takenBy", { name });
  if (command === "undo") return (t) => t("notice.nothingToUndo");
  return (t) => t("notice.notNow", { command: t(`command.${command}`).toLowerCase() });
}

function stopped(tell: Notice["tell"], version = Infinity): Notice {
  return { tone: "stopped", tell, version };
}

function stoppedBy(error: unknown): Notice {
  return stopped((t) => tellProblem(t, error));
}

export function useVerdicts(username: string) {
  const queryClient = useQueryClient();
  const commands = useCommands();
  const [notice, setNotice] = useState<Notice | null>(null);
  const [given, setGiven] = useState<Given | null>(null);

  async function explain(error: unknown, id: string): Promise<Notice> {
    if (!(error instanceof ApiProblem) || error.code === "network" || error.status >= 500) {
      return stopped((t) => t("notice.unsure", { problem: tellProblem(t, error) }));
    }
    if (!error.isConflict) return stoppedBy(error);
    try {
      const now = await queryClient.query({
        queryKey: incidentKey(id),
        queryFn: ({ signal }) => fetchIncident(id, signal),
        staleTime: 0,
      });
      return stopped(tellFirst(now, username), now.version);
    } catch (failure) {
      return stoppedBy(failure);
    }
  }

  function refuse(incident: Incident, command: Command): void {
    setNotice({ tone: "stopped", tell: tellRefusal(incident, command, username), version: incident.version });
    refetchIncident(queryClient, incident.id); // what we go by may be old
  }

  async function run(incident: Incident, order: Order): Promise<void> {
    if (commands.isPending) return;
    if (!canDo(incident, order.command)) {
      refuse(incident, order.command);
      return;
    }
    setNotice(null);
    try {
      const { id, version, state, camera } = await commands.mutateAsync({ incident, order });
      if (VERDICTS.includes(order.command)) setGiven({ id, untilMs: serverNowMs() + UNDO_MS, state, camera });
      else if (order.command === "undo") setGiven(null);
      setNotice({ tone: "done", tell: tellDone(order), version });
    } catch (error) {
      setNotice(await explain(error, incident.id));
    }
  }

  /** Takes back the verdict given last, wherever the person is by now, as long as the bar shows it. */
  async function undoLast(select: (id: string) => void): Promise<void> {
    if (commands.isPending) return;
    if (given === null || serverNowMs() >= given.untilMs) {
      setNotice({ tone: "stopped", tell: (t) => t("notice.nothingToUndo"), version: Infinity });
      return;
    }
    try {
      const incident = await fetchIncident(given.id);
      select(given.id);
      await run(incident, { command: "undo" });
    } catch (error) {
      setNotice(await explain(error, given.id));
    }
  }

  return { run, refuse, undoLast, given, busy: commands.isPending, notice, clearNotice: () => setNotice(null) };
}
