/** Gives commands to the API. A verdict on something that is free claims it first: two requests, one key. */
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type {
  Command,
  Incident,
  IncidentDetail,
  Priority,
  Recipient,
  RejectReason,
  Result,
} from "../../api/types";
import { useLive } from "../live/liveContext";
import { LISTS_KEY, withAnswer, type Pages } from "../queue/pages";
import { incidentKey, refetchIncident } from "./useIncident";

export type Order =
  | { command: "claim" | "release" | "confirm" | "undo" }
  | { command: "acknowledge" | "arrive" | "decline" }
  | { command: "reject"; reason: RejectReason }
  | { command: "escalate"; recipient: Recipient; priority: Priority; note: string }
  | { command: "resolve"; result: Result; note: string };

export const VERDICTS: readonly Command[] = ["confirm", "reject", "escalate"];

/**
 * Whether this command needs a claim first that we may make in the same go. Only on what is free: taking over
 * from somebody else is a decision of its own.
 */
export function claimsFirst(incident: Incident, command: Command): boolean {
  return VERDICTS.includes(command) && incident.state === "suggested" && incident.commands.includes("claim");
}

/** Whether somebody was told of it, so that what comes next is their answer. */
export function isTold(incident: Incident): boolean {
  return incident.clocks.escalated_at !== null;
}

/** Whether the person can do this now, if need be by claiming first. */
export function canDo(incident: Incident, command: Command): boolean {
  return incident.commands.includes(command) || claimsFirst(incident, command);
}

function send(id: string, version: number, order: Order): Promise<Incident> {
  const params = { path: { incident_id: id } };
  switch (order.command) {
    case "claim":
      return bodyOf(api.POST("/api/v1/incidents/{incident_id}/claim", { params, body: { version } }));
    case "release":
      return bodyOf(api.POST("/api/v1/incidents/{incident_id}/release", { params, body: { version } }));
    case "undo":
      return bodyOf(api.POST("/api/v1/incidents/{incident_id}/undo", { params, body: { version } }));
    case "confirm":
      return bodyOf(
        api.POST("/api/v1/incidents/{incident_id}/confirm", { params, body: { version, note: "" } }),
      );
    case "acknowledge":
    case "arrive":
    case "decline":
      return bodyOf(
        api.POST(`/api/v1/incidents/{incident_id}/${order.command}`, { params, body: { version, note: "" } }),
      );
    case "resolve": {
      const { result, note } = order;
      return bodyOf(api.POST("/api/v1/incidents/{incident_id}/resolve", { params, body: { version, result, note } }));
    }
    case "reject": {
      const body = { version, reason: order.reason, note: "" };
      return bodyOf(api.POST("/api/v1/incidents/{incident_id}/reject", { params, body }));
    }
    case "escalate": {
      const { recipient, priority, note } = order;
      const body = { version, recipient, priority, note };
      return bodyOf(api.POST("/api/v1/incidents/{incident_id}/escalate", { params, body }));
    }
  }
}

async function carryOut(incident: Incident, order: Order): Promise<Incident> {
  if (!claimsFirst(incident, order.command)) return send(incident.id, incident.version, order);
  const claimed = await send(incident.id, incident.version, { command: "claim" });
  return send(claimed.id, claimed.version, order);
}

export function useCommands() {
  const queryClient = useQueryClient();
  const live = useLive();
  return useMutation({
    mutationFn: ({ incident, order }: { incident: Incident; order: Order }) => carryOut(incident, order),
    onMutate: ({ incident }) =>
      Promise.all([
        // An answer that is under way would show the state from before.
        queryClient.cancelQueries({ queryKey: LISTS_KEY }),
        queryClient.cancelQueries({ queryKey: incidentKey(incident.id) }),
      ]),
    onSuccess: (incident) => {
      queryClient.setQueriesData<Pages>({ queryKey: LISTS_KEY }, (pages) => pages && withAnswer(pages, incident));
      queryClient.setQueryData<IncidentDetail>(incidentKey(incident.id), (detail) =>
        detail === undefined ? undefined : { ...detail, ...incident },
      );
    },
    onSettled: (_incident, error, { incident }) => {
      // Of what succeeded the event tells, once it is there for everybody.
      if (error !== null || live.state !== "live") refetchIncident(queryClient, incident.id);
    },
  });
}
