import { Button, Loader, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes } from "react-router";

import { tellProblem } from "../api/problems";
import { AuditPage } from "../features/audit/AuditPage";
import { CameraPage } from "../features/cameras/CameraPage";
import { CamerasPage } from "../features/cameras/CamerasPage";
import { HandoverPage } from "../features/handover/HandoverPage";
import { PurposeProvider } from "../features/incident/PurposeProvider";
import { MapPage } from "../features/map/MapPage";
import { hasPage, homeOf, type PageName } from "../features/pages/pages";
import { PeoplePage } from "../features/people/PeoplePage";
import { MustEnrol } from "../features/profile/MustEnrol";
import { ProfilePage } from "../features/profile/ProfilePage";
import { QueuePage } from "../features/queue/QueuePage";
import { SignIn } from "../features/session/SignIn";
import { useSession } from "../features/session/useSession";
import { ThresholdsPage } from "../features/thresholds/ThresholdsPage";
import { ScreensPage } from "../features/wall/ScreensPage";
import { WallPage } from "../features/wall/WallPage";
import classes from "./app.module.css";
import { Frame } from "./Frame";

// Drawing is for few, and large: who decides on suggestions does not wait for it.
const ZonesPage = lazy(async () => ({ default: (await import("../features/zones/ZonesPage")).ZonesPage }));
const TablesPage = lazy(async () => ({ default: (await import("../features/tables/TablesPage")).TablesPage }));
const SignalsPage = lazy(async () => ({ default: (await import("../features/signals/SignalsPage")).SignalsPage }));
const BenchmarksPage = lazy(async () => ({ default: (await import("../features/benchmarks/BenchmarksPage")).BenchmarksPage }));

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
  const signedOut = () => setPerson(null);
  if (session.data.must_enrol) return <MustEnrol user={user} onSignedOut={signedOut} />;
  const has = (name: PageName) => hasPage(user.role, name);
  return (
    <Frame user={user} onSignedOut={signedOut}>
      <PurposeProvider role={user.role}>
      <Routes>
        {has("queue") && <Route path="/" element={<QueuePage username={user.username} role={user.role} />} />}
        {has("cameras") && <Route path="/cameras" element={<CamerasPage user={user} />} />}
        {has("cameras") && <Route path="/cameras/:id" element={<CameraPage user={user} />} />}
        {has("map") && <Route path="/map" element={<MapPage user={user} />} />}
        {has("wall") && <Route path="/wall" element={<WallPage user={user} />} />}
        {has("screens") && <Route path="/screens" element={<ScreensPage user={user} />} />}
        {has("handover") && <Route path="/handover" element={<HandoverPage user={user} />} />}
        {has("thresholds") && <Route path="/thresholds" element={<ThresholdsPage />} />}
        {has("zones") && (
          <Route
            path="/zones"
            element={
              <Suspense fallback={<Loader role="status" aria-label={t("zones.loading")} />}>
                <ZonesPage role={user.role} />
              </Suspense>
            }
          />
        )}
        {has("tables") && (
          <Route
            path="/tables"
            element={
              <Suspense fallback={<Loader role="status" aria-label={t("tables.loading")} />}>
                <TablesPage role={user.role} />
              </Suspense>
            }
          />
        )}
        {has("signals") && (
          <Route
            path="/signals"
            element={
              <Suspense fallback={<Loader role="status" aria-label={t("signals.loading")} />}>
                <SignalsPage role={user.role} />
              </Suspense>
            }
          />
        )}
        {has("benchmarks") && (
          <Route
            path="/benchmarks"
            element={
              <Suspense fallback={<Loader role="status" aria-label={t("benchmarks.loading")} />}>
                <BenchmarksPage role={user.role} />
              </Suspense>
            }
          />
        )}
        {has("people") && <Route path="/people" element={<PeoplePage user={user} />} />}
        {has("audit") && <Route path="/audit" element={<AuditPage user={user} />} />}
        <Route path="/profile" element={<ProfilePage user={user} onSignedOut={signedOut} />} />
        <Route path="*" element={<Navigate to={homeOf(user.role)} replace />} />
      </Routes>
      </PurposeProvider>
    </Frame>
  );
}
