import { useEffect, useState } from "react";

/** False until what was needed first (`ready`) has been painted: the rest of the page waits for that. */
export function useSettled(ready: boolean): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    if (!ready) return;
    // A frame is painted before the first timer that is set in it.
    let timer: number | undefined;
    const frame = requestAnimationFrame(() => {
      timer = window.setTimeout(() => setSettled(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, [ready]);
  return settled;
}
