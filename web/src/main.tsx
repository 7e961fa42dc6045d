import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "./app/global.css";

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { App } from "./app/App";
import { createQueryClient } from "./app/queryClient";
import { theme } from "./app/theme";
import { askFirst } from "./features/queue/useQueue";
import { readSsoOutcome } from "./features/session/sso";
import { startLanguages } from "./i18n";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with id root");

// Dark unless this browser was told otherwise.
const kept = localStorageColorSchemeManager({ key: "almere.scheme" });

readSsoOutcome();
const queryClient = createQueryClient();
void askFirst(queryClient);
await startLanguages();

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} defaultColorScheme="dark" colorSchemeManager={kept}>
        {/* What is chosen lives in the address, and what a key chose must not wait for what is less urgent. */}
        <BrowserRouter useTransitions={false}>
          <App />
        </BrowserRouter>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
