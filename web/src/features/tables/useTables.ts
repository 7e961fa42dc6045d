/** The tables of the site: as they hold, their versions, and what is wrong with a changed one. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";
import type { DrawingFault, SiteTable } from "../../api/types";
import type { Table, TableName } from "./table";

function key(table: TableName): readonly string[] {
  return ["tables", table];
}

export function useTable(table: TableName) {
  return useQuery({
    queryKey: key(table),
    // What is changed begins from what was fetched; a newer version shows when it is saved.
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/tables/{table}", { signal, params: { path: { table } } })),
  });
}

export async function fetchEarlierTable(table: TableName, version: number, signal: AbortSignal): Promise<Table> {
  const path = { table, version };
  const earlier = await bodyOf(api.GET("/api/v1/tables/{table}/versions/{version}", { signal, params: { path } }));
  return earlier.document;
}

const WAIT_MS = 300;

/** What the server finds wrong; asked a moment after the last change. */
export function useTableFaults(table: TableName, document: Table) {
  return useQuery({
    queryKey: ["table-faults", table, JSON.stringify(document)],
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<DrawingFault[]> => {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      signal.throwIfAborted();
      const body = { document: { ...document } };
      return (await bodyOf(api.POST("/api/v1/tables/{table}/check", { signal, params: { path: { table } }, body }))).faults;
    },
  });
}

export function useSaveTable(table: TableName) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ document, ...rest }: { document: Table; version: number; note: string }): Promise<SiteTable> =>
      bodyOf(
        api.PUT("/api/v1/tables/{table}", { params: { path: { table } }, body: { document: { ...document }, ...rest } }),
      ),
    onSuccess: (saved) => queryClient.setQueryData(key(table), saved),
  });
}
