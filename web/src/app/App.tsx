import { Button, Loader, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes } from "react-router";

import { tellProblem } from "../api/problems";
import { PurposeProvider } from "../features/incident/PurposeProvider";
import { QueuePage } from "../features/queue/QueuePage";
import { SignIn } from "../features/session/SignIn";
import { useSession } from "../features/session/useSession";
import { ThresholdsPage } from "../features/thresholds/ThresholdsPage";
import classes from "./app.module.css";
import { Frame } from "./Frame";

export function App() {
  const { t } = useTranslation();
  const session = useSession();
  // Remembered so that an expired session can be told from a first visit or a deliberate sign-out.
  const [person, setPerson] = useState<string | null>(null);

  const username = session.data?.user.username ?? null;
  if (username !== null && username !== person) setPerson(username);

  if (session.isPending) {
    return (
      <main className={classes.waiting} role="status">
        <Loader aria-hidden />
        <Text c="dimmed">{t("session.checking")}</Text>
      </main>
    );
  }
  // A session that we know stays on the screen while the server is away.
  if (session.data === undefined) {
    return (
      <main className={classes.waiting} role="alert">
        <Text>{tellProblem(t, session.error)}</Text>
        <Button onClick={() => void session.refetch()}>{t("queue.retry")}</Button>
      </main>
    );
  }
  if (session.data === null) return <SignIn expired={person !== null} />;

  const user = session.data.user;
  return (
    <Frame user={user} onSignedOut={() => setPerson(null)}>
      <PurposeProvider role={user.role}>
      <Routes>
        <Route path="/" element={<QueuePage username={user.username} role={user.role} />} />
        {user.role === "supervisor" && <Route path="/thresholds" element={<ThresholdsPage />} />}
        <Route path="*" element={<Navigate to="/" replace />} />
      </Routes>
      </PurposeProvider>
    </Frame>
  );
}
