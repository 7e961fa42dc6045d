import { Alert, Button, Loader, Select, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { tellProblem } from "../../api/problems";
import type { DrawnCamera, Role } from "../../api/types";
import { PageShell } from "../pages/PageShell";
import { Editor, type EditorHandle } from "./Editor";
import { useDrawing, useDrawnCameras } from "./useZones";

/** Zones of the cameras of the site, for supervisors. The address names camera and preset. */
export function ZonesPage({ role }: { role: Role }) {
  const { t, i18n } = useTranslation();
  const { data: list, error, refetch } = useDrawnCameras();
  const [search, setSearch] = useSearchParams();
  const [saved, setSaved] = useState<number | null>(null);
  const editor = useRef<EditorHandle>(null);
  const cameras = list?.items ?? [];
  const camera = cameras.find(({ id }) => id === search.get("camera")) ?? cameras[0];
  const nameOf = ({ name, id }: DrawnCamera) => name[i18n.language] ?? id;

  return (
    <PageShell page="zones" role={role} title={t("zones.title")} onAction={(action) => editor.current?.act(action)}>
      {error !== null && <Refused error={error} onRetry={() => void refetch()} />}
      {list === undefined && error === null && <Loader role="status" aria-label={t("zones.loading")} />}
      {list !== undefined && cameras.length === 0 && <Text>{t("zones.noCameras")}</Text>}
      {camera !== undefined && (
        <Select
          label={t("zones.camera")}
          w="20rem"
          searchable
          allowDeselect={false}
          value={camera.id}
          data={cameras.map((one) => ({ value: one.id, label: nameOf(one) }))}
          onChange={(id) => {
            setSaved(null);
            if (id !== null) setSearch({ camera: id });
          }}
          data-testid="choose-camera"
        />
      )}
      <div role="status" data-testid="zones-saved">
        {saved !== null && t("zones.saved", { version: saved })}
      </div>
      {camera !== undefined && list !== undefined && (
        <OfCamera
          key={camera.id}
          camera={camera}
          keptDays={list.detections_days}
          preset={search.get("preset") ?? ""}
          onPreset={(preset) => setSearch({ camera: camera.id, preset })}
          onSaved={setSaved}
          handle={editor}
        />
      )}
    </PageShell>
  );
}

interface OfCameraProps {
  camera: DrawnCamera;
  keptDays: number;
  preset: string;
  onPreset: (preset: string) => void;
  onSaved: (version: number) => void;
  handle: React.Ref<EditorHandle>;
}

function OfCamera({ camera, keptDays, preset, onPreset, onSaved, handle }: OfCameraProps) {
  const { t } = useTranslation();
  const { data: drawing, error, refetch } = useDrawing(camera.id);
  const [begun, setBegun] = useState(0);
  if (drawing === undefined) {
    return error === null ? (
      <Loader role="status" aria-label={t("zones.loading")} />
    ) : (
      <Refused error={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <Editor
      key={begun}
      camera={camera}
      drawing={drawing}
      keptDays={keptDays}
      chosenPreset={preset}
      onPreset={onPreset}
      onSaved={({ version }) => onSaved(version)}
      onReload={() => void refetch().then(() => setBegun(begun + 1))}
      handle={handle}
    />
  );
}

function Refused({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" role="alert">
      {tellProblem(t, error)} <Button size="compact-sm" onClick={onRetry}>{t("queue.retry")}</Button>
    </Alert>
  );
}
