import { Button, Loader, Text } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes } from "react-router";

import { tellProblem } from "../api/problems";
import { PurposeProvider } from "../features/incident/PurposeProvider";
import { hasPage, homeOf, type PageName } from "../features/pages/pages";
import { MustEnrol } from "../features/profile/MustEnrol";
import { QueuePage } from "../features/queue/QueuePage";
import { SignIn } from "../features/session/SignIn";
import { useSession } from "../features/session/useSession";
import classes from "./app.module.css";
import { Frame } from "./Frame";

// Who decides on suggestions does not wait for what is on other pages.
const AuditPage = lazy(async () => ({ default: (await import("../features/audit/AuditPage")).AuditPage }));
const CameraPage = lazy(async () => ({ default: (await import("../features/cameras/CameraPage")).CameraPage }));
const CamerasPage = lazy(async () => ({ default: (await import("../features/cameras/CamerasPage")).CamerasPage }));
const HandoverPage = lazy(async () => ({ default: (await import("../features/handover/HandoverPage")).HandoverPage }));
const MapPage = lazy(async () => ({ default: (await import("../features/map/MapPage")).MapPage }));
const PeoplePage = lazy(async () => ({ default: (await import("../features/people/PeoplePage")).PeoplePage }));
const ProfilePage = lazy(async () => ({ default: (await import("../features/profile/ProfilePage")).ProfilePage }));
const ScreensPage = lazy(async () => ({ default: (await import("../features/wall/ScreensPage")).ScreensPage }));
const TablesPage = lazy(async () => ({ default: (await import("../features/tables/TablesPage")).TablesPage }));
const SignalsPage = lazy(async () => ({ default: (await import("../features/signals/SignalsPage")).SignalsPage }));
const BenchmarksPage = lazy(async () => ({ default: (await import("../features/benchmarks/BenchmarksPage")).BenchmarksPage }));
const ThresholdsPage = lazy(async () => ({ default: (await import("../features/thresholds/ThresholdsPage")).ThresholdsPage }));
const WallPage = lazy(async () => ({ default: (await import("../features/wall/WallPage")).WallPage }));
const ZonesPage = lazy(async () => ({ default: (await import("../features/zones/ZonesPage")).ZonesPage }));

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
      <Suspense fallback={<Loader role="status" aria-label={t("page.loading")} />}>
      <Routes>
        {has("queue") && <Route path="/" element={<QueuePage username={user.username} role={user.role} />} />}
        {has("cameras") && <Route path="/cameras" element={<CamerasPage user={user} />} />}
        {has("cameras") && <Route path="/cameras/:id" element={<CameraPage user={user} />} />}
        {has("map") && <Route path="/map" element={<MapPage user={user} />} />}
        {has("wall") && <Route path="/wall" element={<WallPage user={user} />} />}
        {has("screens") && <Route path="/screens" element={<ScreensPage user={user} />} />}
        {has("handover") && <Route path="/handover" element={<HandoverPage user={user} />} />}
        {has("thresholds") && <Route path="/thresholds" element={<ThresholdsPage />} />}
        {has("zones") && <Route path="/zones" element={<ZonesPage role={user.role} />} />}
        {has("tables") && <Route path="/tables" element={<TablesPage role={user.role} />} />}
          {has("signals") && <Route path="/signals" element={<SignalsPage role={user.role} />} />}
          {has("benchmarks") && <Route path="/benchmarks" element={<BenchmarksPage role={user.role} />} />}
        {has("people") && <Route path="/people" element={<PeoplePage user={user} />} />}
        {has("audit") && <Route path="/audit" element={<AuditPage user={user} />} />}
        <Route path="/profile" element={<ProfilePage user={user} onSignedOut={signedOut} />} />
        <Route path="*" element={<Navigate to={homeOf(user.role)} replace />} />
      </Routes>
      </Suspense>
      </PurposeProvider>
    </Frame>
  );
}
