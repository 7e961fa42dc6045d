import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import { serverNowMs } from "../../time/clock";
import { followInLists } from "../queue/useQueue";
import { useIsLeaving } from "../session/useSession";
import { followEvents } from "./events";
import { gather } from "./gather";
import { LiveContext, type Live } from "./liveContext";

/** Events that come together lead to one request. */
const GATHER_MS = 120;

/** What counts everything takes the server longer than one incident does, and nobody reads faster. */
const COUNT_EVERY_MS = 1000;

/** What is counted or listed from incidents, beside the queue itself. */
const COUNTED = [["lanes"], ["standing"], ["load"], ["incidents", "last"]] as const;

/** Keeps what is shown in step with the server: an event makes the affected queries ask again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [live, setLive] = useState<Live>({ state: "connecting" });

  const leaving = useIsLeaving();

  useEffect(() => {
    if (leaving) return;
    const touched = new Set<string>();
    const ended = new AbortController();

    async function followTouched(): Promise<void> {
      const ids = [...touched];
      touched.clear();
      for (const id of ids) void queryClient.invalidateQueries({ queryKey: ["incident", id] });
      await followInLists(queryClient, ids, ended.signal);
    }

    async function count(): Promise<void> {
      await Promise.all(COUNTED.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    }

    const incidents = gather(followTouched, GATHER_MS);
    const counts = gather(count, GATHER_MS, COUNT_EVERY_MS);
    const cameras = gather(() => queryClient.invalidateQueries({ queryKey: ["cameras"] }), GATHER_MS);

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
        incidents.wanted();
        counts.wanted();
      },
      onCamera: cameras.wanted,
      onScreens: () => void queryClient.invalidateQueries({ queryKey: ["screens"] }),
    });
    return () => {
      stop();
      ended.abort();
      for (const work of [incidents, counts, cameras]) work.stop();
    };
  }, [queryClient, leaving]);

  return <LiveContext value={live}>{children}</LiveContext>;
}
