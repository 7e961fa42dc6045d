import { Alert, Button, Loader, Tabs, Text } from "@mantine/core";
import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";

import { ApiProblem, tellProblem } from "../../api/problems";
import type { Role, SiteTable } from "../../api/types";
import type { PageAction } from "../pages/pageKeys";
import { PageShell } from "../pages/PageShell";
import { moveFocus } from "../pages/rows";
import { isChanged, useDraft } from "../versions/draft";
import { HistoryPanel } from "../versions/HistoryPanel";
import { changes } from "../versions/leaves";
import { SavePanel } from "../versions/SavePanel";
import { PrioritiesForm } from "./PrioritiesForm";
import { ProtocolForm } from "./ProtocolForm";
import { rowOf, TABLES, type Priorities, type Protocol, type Table, type TableName } from "./table";
import classes from "./Tables.module.css";
import { fetchEarlierTable, useSaveTable, useTable, useTableFaults } from "./useTables";

interface EditorHandle {
  act: (action: PageAction) => void;
}

/** Priorities and protocol of the site, for supervisors. */
export function TablesPage({ role }: { role: Role }) {
  const { t } = useTranslation();
  const [table, setTable] = useState<TableName>("priorities");
  const editor = useRef<EditorHandle>(null);
  return (
    <PageShell page="tables" role={role} title={t("tables.title")} onAction={(action) => editor.current?.act(action)}>
      <Tabs value={table} onChange={(value) => setTable(TABLES.find((one) => one === value) ?? "priorities")} keepMounted={false}>
        <Tabs.List>
          {TABLES.map((one) => (
            <Tabs.Tab key={one} value={one} data-testid={`tab-${one}`}>
              {t(`tables.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABLES.map((one) => (
          <Tabs.Panel key={one} value={one} pt="sm">
            <OfTable table={one} handle={editor} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </PageShell>
  );
}

function OfTable({ table, handle }: { table: TableName; handle: Ref<EditorHandle> }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useTable(table);
  const [begun, setBegun] = useState(0);
  if (data === undefined) {
    if (error === null) return <Loader role="status" aria-label={t("tables.loading")} />;
    if (error instanceof ApiProblem && error.code === "not_found") {
      return <Text data-testid="no-table">{t("tables.none", { table })}</Text>;
    }
    return (
      <Alert color="yellow" role="alert">
        {tellProblem(t, error)} <Button size="compact-sm" onClick={() => void refetch()}>{t("queue.retry")}</Button>
      </Alert>
    );
  }
  return (
    <Editor key={begun} table={table} held={data} onReload={() => void refetch().then(() => setBegun(begun + 1))} handle={handle} />
  );
}

interface EditorProps {
  table: TableName;
  held: SiteTable;
  onReload: () => void;
  handle: Ref<EditorHandle>;
}

function Editor({ table, held, onReload, handle }: EditorProps) {
  const { t } = useTranslation();
  const [draft, dispatch] = useDraft(held.document as unknown as Table, held.version);
  const [note, setNote] = useState("");
  const [saved, setSaved] = useState<number | null>(null);
  const form = useRef<HTMLDivElement>(null);
  const save = useSaveTable(table);
  const { document } = draft;
  const { data: faults, isPlaceholderData } = useTableFaults(table, document);
  const change = (one: Table, sort?: string) => dispatch({ do: "change", document: one, ...(sort !== undefined && { sort }) });

  function act(action: PageAction): void {
    switch (action) {
      case "nextRow":
      case "previousRow":
        return moveFocus(form.current, action === "nextRow" ? 1 : -1);
      case "addRow":
        return form.current?.querySelector<HTMLElement>("[data-testid=add-row]")?.click();
      case "undoDraw":
        return dispatch({ do: "undo" });
      case "redoDraw":
        return dispatch({ do: "redo" });
      case "saveZones":
        return window.document.getElementById("change-note")?.focus();
      default:
        return;
    }
  }
  useImperativeHandle(handle, () => ({ act }));

  return (
    <div className={classes.layout} data-testid="table-editor" data-version={draft.version} data-table={table}>
      <div ref={form}>
        {table === "priorities" ? (
          <PrioritiesForm table={document as Priorities} zones={held.zones} onChange={change} />
        ) : (
          <ProtocolForm table={document as Protocol} zones={held.zones} onChange={change} />
        )}
      </div>
      <div className={classes.stack}>
        <div role="status" data-testid="table-saved">
          {saved !== null && t("tables.saved", { version: saved })}
        </div>
        <SavePanel
          changed={isChanged(draft)}
          faults={isPlaceholderData ? undefined : faults}
          placeOf={(where) => {
            const row = rowOf(where);
            return row === null ? "" : `${t("tables.row", { number: row })}:`;
          }}
          note={note}
          onNote={setNote}
          pending={save.isPending}
          error={save.error}
          onSave={() =>
            save.mutate(
              { document, version: draft.version, note: note.trim() },
              {
                onSuccess: ({ version }) => {
                  dispatch({ do: "begin", document, version });
                  setNote("");
                  setSaved(version);
                },
              },
            )
          }
          onReload={onReload}
        />
        <HistoryPanel<Table>
          name={table}
          history={held.history}
          fetchEarlier={(version, signal) => fetchEarlierTable(table, version, signal)}
          compare={(earlier) => changes(earlier, document, true).map((one) => t("tables.differs", { ...one }))}
          onTakeBack={(version, earlier) => {
            change(earlier);
            setNote(t("versions.backTo", { version }));
          }}
        />
      </div>
    </div>
  );
}
