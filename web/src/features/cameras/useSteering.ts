/** Taking, turning and giving back one camera, by buttons and keys alike. */
import { useWindowEvent } from "@mantine/hooks";
import { useRef } from "react";

import type { Camera, Move, Session } from "../../api/types";
import type { PageAction } from "../pages/pageKeys";
import { mayLearn, maySteer, useControl, useGiveBack, useMove, useStoredPresets, useTake } from "./useCamera";

/** A share of the full speed: a street passes slowly enough to stop at something. */
const SPEED = 0.5;

export const DIRECTIONS = {
  panLeft: { pan: -SPEED, tilt: 0, zoom: 0 },
  panRight: { pan: SPEED, tilt: 0, zoom: 0 },
  tiltUp: { pan: 0, tilt: SPEED, zoom: 0 },
  tiltDown: { pan: 0, tilt: -SPEED, zoom: 0 },
  zoomIn: { pan: 0, tilt: 0, zoom: SPEED },
  zoomOut: { pan: 0, tilt: 0, zoom: -SPEED },
} as const;

export type Direction = keyof typeof DIRECTIONS;

function isDirection(action: string): action is Direction {
  return action in DIRECTIONS;
}

export function useSteering(camera: Camera, user: Session["user"]) {
  const taking = maySteer(user.role) || mayLearn(user.role);
  const control = useControl(camera.id, camera.turns && taking);
  const stored = useStoredPresets(camera.id, camera.turns && taking);
  const take = useTake(camera.id);
  const giveBack = useGiveBack(camera.id);
  const move = useMove(camera.id);
  const turning = useRef(false);

  const holder = control.data?.holder ?? null;
  const mine = holder === user.username;
  const presets = stored.data?.items ?? [];
  // The order of the requests is that of the keys: a stop never overtakes the start before it.
  const last = useRef<Promise<unknown>>(Promise.resolve());

  function order(body: Move): void {
    if (!mine || !maySteer(user.role)) return;
    last.current = last.current.then(() => move.mutateAsync(body).catch(() => undefined));
  }

  function start(direction: Direction): void {
    if (turning.current) return;
    turning.current = true;
    order({ speed: DIRECTIONS[direction], stop: false });
  }

  function stop(): void {
    if (!turning.current) return;
    turning.current = false;
    order({ stop: true });
  }

  function goTo(token: string | null | undefined): void {
    if (token !== null && token !== undefined) order({ preset: token, stop: false });
  }

  function act(action: PageAction, key: string): void {
    if (isDirection(action)) return start(action);
    if (action === "take" && camera.turns && taking) take.mutate(user.role === "supervisor");
    if (action === "giveBack" && mine) giveBack.mutate(undefined);
    if (action === "toHome") goTo(stored.data?.home);
    if (action === "toPreset") goTo(presets[Number(key) - 1]?.token);
  }

  useWindowEvent("keyup", stop);
  useWindowEvent("blur", stop);

  return {
    camera,
    control: control.data,
    known: control.data !== undefined,
    mine,
    holder,
    presets,
    home: stored.data?.home ?? null,
    tour: stored.data?.tour ?? false,
    unreached: stored.isError,
    busy: take.isPending || giveBack.isPending,
    error: take.error ?? giveBack.error ?? move.error,
    take: (takeover: boolean) => take.mutate(takeover),
    giveBack: () => giveBack.mutate(undefined),
    start,
    stop,
    goTo,
    act,
  };
}

export type SteeringOfOne = ReturnType<typeof useSteering>;
