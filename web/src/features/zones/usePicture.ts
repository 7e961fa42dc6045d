/** What zones are drawn on: the reference picture, else the camera as it is now, else an empty sheet. */
import { useEffect, useEffectEvent, useState } from "react";

import type { DrawnCamera } from "../../api/types";
import { useLivePicture } from "./useZones";

export type PictureKind = "reference" | "live" | "waiting" | "none";

interface Picture {
  url: string | null;
  kind: PictureKind;
  /** Show the camera as it is now. */
  take: () => void;
}

export function usePicture({ id, presets, turns }: DrawnCamera, preset: string): Picture {
  const live = useLivePicture(id);
  const [taken, setTaken] = useState<string | null>(null);
  const reference = presets.some((one) => one.id === preset && one.picture);

  function take(): void {
    if (live.isPending) return;
    live.mutate(undefined, {
      onSuccess: ({ id: snapshot }) =>
        setTaken(`/api/v1/cameras/${encodeURIComponent(id)}/snapshots/${encodeURIComponent(snapshot)}`),
    });
  }

  // A camera that turns may look elsewhere now; a fixed one always shows what is drawn on.
  const takeOnce = useEffectEvent(take);
  const wanted = !reference && !turns;
  useEffect(() => {
    if (wanted) takeOnce();
  }, [wanted]);

  if (taken !== null) return { url: taken, kind: "live", take };
  if (!reference) return { url: null, kind: live.isPending ? "waiting" : "none", take };
  const path = `/api/v1/zones/${encodeURIComponent(id)}/presets/${encodeURIComponent(preset)}/picture`;
  return { url: path, kind: "reference", take };
}
