import { useWindowEvent } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";

import type { Role } from "../../api/types";
import { switchLanguage } from "../../i18n";
import { KeysDialog } from "../keys/KeysDialog";
import { focusOf } from "../queue/keys";
import { bindingsOn, pageActionFor, type PageAction, type PlaceName } from "./pageKeys";
import { homeOf } from "./pages";
import classes from "./Pages.module.css";

const GROUPS = ["page", "screen"] as const;

interface PageShellProps {
  page: PlaceName;
  role: Role;
  title: string;
  /** The keys of this page alone; the others are done here. */
  onAction?: (action: PageAction, key: string) => void;
  children: ReactNode;
}

/** A page of forms or a table: its heading, its keys, and `?`. */
export function PageShell({ page, role, title, onAction, children }: PageShellProps) {
  const navigate = useNavigate();
  const [keysShown, setKeysShown] = useState(false);
  const bindings = bindingsOn(page, role);

  function act(action: PageAction, key: string): void {
    switch (action) {
      case "home":
        return void navigate(page === "camera" ? "/cameras" : homeOf(role));
      case "cameras":
      case "map":
      case "wall":
      case "screens":
      case "handover":
      case "profile":
      case "thresholds":
      case "zones":
      case "tables":
      case "signals":
      case "benchmarks":
      case "people":
      case "audit":
        return void navigate(`/${action}`);
      case "language":
        return switchLanguage();
      case "keys":
        return setKeysShown(true);
      case "leave":
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        return;
      default:
        return onAction?.(action, key);
    }
  }

  useWindowEvent("keydown", (event) => {
    // A dialog has the focus while it is open, and keys of its own.
    const inDialog = event.target instanceof Element && event.target.closest("[role=dialog]") !== null;
    if (inDialog || event.defaultPrevented) return;
    const action = pageActionFor(bindings, event, focusOf(event.target));
    if (action === null) return;
    event.preventDefault();
    act(action, event.key);
  });

  return (
    // WCAG 2.1.1: what scrolls can be scrolled by keys.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <main className={classes.page} id="detail" tabIndex={0} aria-labelledby="page-title" data-testid={`${page}-page`}>
      <h1 className={classes.heading} id="page-title">
        {title}
      </h1>
      {children}
      <KeysDialog groups={GROUPS} bindings={bindings} opened={keysShown} onClose={() => setKeysShown(false)} />
    </main>
  );
}
