import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import { serverNowMs } from "../../time/clock";
import { followEvents } from "./events";
import { LiveContext, type Live } from "./liveContext";

/** Events that come together lead to one refetch. */
const GATHER_MS = 120;

/** What is counted or listed from incidents, beside the queue itself. */
const COUNTED = ["lanes", "standing", "load"] as const;

/** Keeps what is shown in step with the server: an event makes the affected queries ask again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [live, setLive] = useState<Live>({ state: "connecting" });

  useEffect(() => {
    let timer: number | undefined;
    const touched = new Set<string>();

    function refetchTouched(): void {
      timer = undefined;
      void queryClient.invalidateQueries({ queryKey: ["incidents"] });
      for (const key of COUNTED) void queryClient.invalidateQueries({ queryKey: [key] });
      for (const id of touched) void queryClient.invalidateQueries({ queryKey: ["incident", id] });
      touched.clear();
    }

    const stop = followEvents({
      onOpen: () => {
        setLive({ state: "live" });
        // Whatever happened while we did not listen, and between the first answer and now.
        void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      },
      onLost: () => {
        setLive((now) => (now.state === "lost" ? now : { state: "lost", sinceMs: serverNowMs() }));
        // The stream cannot say why it ended; the session can have.
        void queryClient.invalidateQueries({ queryKey: ["session"] });
      },
      onIncident: (id) => {
        touched.add(id);
        timer ??= window.setTimeout(refetchTouched, GATHER_MS);
      },
      onCamera: () => void queryClient.invalidateQueries({ queryKey: ["cameras"] }),
      onScreens: () => void queryClient.invalidateQueries({ queryKey: ["screens"] }),
    });
    return () => {
      window.clearTimeout(timer);
      stop();
    };
  }, [queryClient]);

  return <LiveContext value={live}>{children}</LiveContext>;
}
