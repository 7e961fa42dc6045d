/** The newest picture of a camera, again and again, while the page is seen. */
import { useEffect, useState } from "react";

import { api } from "../../api/client";

export type PictureSize = "small" | "large";

export interface Shown {
  /** An object URL; gone when the next picture comes. */
  url: string;
  takenAt: string;
}

const AGAIN_AFTER_NONE_MS = 1000;
/** A picture stays on the screen for so long when no other comes; then it is not "now" any more. */
const FRESH_MS = 5000;

/** Null while there is no picture of now. `fps` is how often to ask, up to 5. */
export function useLivePicture(camera: string, size: PictureSize, fps: number): Shown | null {
  const [shown, setShown] = useState<{ camera: string; picture: Shown } | null>(null);

  useEffect(() => {
    const leaving = new AbortController();
    let timer = 0;
    let tag: string | null = null;
    let url: string | null = null;
    let freshUntilMs = 0;

    function show(picture: Shown | null): void {
      const before = url;
      url = picture?.url ?? null;
      setShown(picture === null ? null : { camera, picture });
      // The browser may still be drawing it.
      if (before !== null) window.setTimeout(() => URL.revokeObjectURL(before), 1000);
    }

    async function ask(): Promise<boolean> {
      const { data, response } = await api.GET("/api/v1/cameras/{camera_id}/picture", {
        params: { path: { camera_id: camera }, query: { size } },
        headers: tag === null ? {} : { "If-None-Match": tag },
        parseAs: "blob",
        signal: leaving.signal,
      });
      if (leaving.signal.aborted) return false;
      if (response.status === 304) return true;
      if (response.status !== 200 || !(data instanceof Blob)) return false;
      tag = response.headers.get("ETag");
      freshUntilMs = performance.now() + FRESH_MS;
      show({ url: URL.createObjectURL(data), takenAt: response.headers.get("X-Taken-At") ?? "" });
      return true;
    }

    async function turn(): Promise<void> {
      const beganMs = performance.now();
      const there = !document.hidden && (await ask().catch(() => false));
      if (leaving.signal.aborted) return;
      if (!there && url !== null && performance.now() > freshUntilMs) {
        tag = null;
        show(null);
      }
      const waitMs = there ? 1000 / fps - (performance.now() - beganMs) : AGAIN_AFTER_NONE_MS;
      timer = window.setTimeout(() => void turn(), Math.max(0, waitMs));
    }

    void turn();
    return () => {
      leaving.abort();
      window.clearTimeout(timer);
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [camera, size, fps]);

  // Until the first picture of another camera comes, there is none: never that of the camera before.
  return shown?.camera === camera ? shown.picture : null;
}
