/** The stream of server-sent events, connected again by itself. */

export interface Listener {
  onOpen: () => void;
  onLost: () => void;
  onIncident: (id: string) => void;
  onCamera: () => void;
  onScreens: () => void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/** Wait before the given attempt (0, 1, ...): doubling, at random between half and whole, so that desks spread. */
export function retryDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  return ceiling * (0.5 + 0.5 * random);
}

function incidentIdOf(data: unknown): string | null {
  const event: unknown = JSON.parse(String(data));
  const hasId = typeof event === "object" && event !== null && "id" in event;
  return hasId && typeof event.id === "string" ? event.id : null;
}

/** Follows the stream until the returned function is called. */
export function followEvents(listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer: number | undefined;
  let attempt = 0;

  function connect(): void {
    source = new EventSource("/api/v1/events");
    source.addEventListener("open", () => {
      attempt = 0;
      listener.onOpen();
    });
    source.addEventListener("incident", (event: MessageEvent) => {
      const id = incidentIdOf(event.data);
      if (id !== null) listener.onIncident(id);
    });
    source.addEventListener("camera", listener.onCamera);
    source.addEventListener("screens", listener.onScreens);
    // The browser retries some errors by itself and gives up on others; closing makes it one case.
    source.addEventListener("error", () => {
      source?.close();
      listener.onLost();
      timer = window.setTimeout(connect, retryDelayMs(attempt, Math.random()));
      attempt += 1;
    });
  }

  connect();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
