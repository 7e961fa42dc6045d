import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";

const ASK_EVERY_MS = 10_000;

/** Asked again and again: a run that ends puts its report there. */
export function useBenchmarks() {
  return useQuery({
    queryKey: ["benchmarks"],
    refetchInterval: ASK_EVERY_MS,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/benchmarks", { signal })),
  });
}

export function useReport(reportId: string | null) {
  return useQuery({
    queryKey: ["benchmarks", "report", reportId],
    enabled: reportId !== null,
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/benchmarks/{report_id}", { params: { path: { report_id: reportId ?? "" } }, signal })),
  });
}

export function useDiff(reportId: string, earlierId: string | null) {
  return useQuery({
    queryKey: ["benchmarks", "diff", reportId, earlierId],
    enabled: earlierId !== null,
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET("/api/v1/benchmarks/{report_id}/against/{earlier_id}", {
          params: { path: { report_id: reportId, earlier_id: earlierId ?? "" } },
          signal,
        }),
      ),
  });
}
