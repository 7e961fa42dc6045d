import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../../api/client";

const NOTHING = { reject_reasons: [], recipients: [], results: [], priorities: [], states: [], kinds: [] };

/** What may be chosen, in the order of the API. Empty until it has come. */
export function useCatalogue() {
  const { data } = useQuery({
    queryKey: ["catalogue"],
    staleTime: Infinity,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/catalogue", { signal })),
  });
  return data ?? NOTHING;
}
