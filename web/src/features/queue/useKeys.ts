import { useWindowEvent } from "@mantine/hooks";

import { actionFor, focusOf, type Action } from "./keys";

/** Calls `onAction` for the keys of the queue; not while `paused`, because a dialog has its own. */
export function useKeys(paused: boolean, onAction: (action: Action) => void): void {
  useWindowEvent("keydown", (event) => {
    if (paused || event.defaultPrevented) return;
    const action = actionFor(event, focusOf(event.target));
    if (action === null) return;
    event.preventDefault();
    onAction(action);
  });
}
