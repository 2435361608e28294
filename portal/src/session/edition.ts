import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/index.ts";

/** What changes in it, as the mode of the server, is known after so long at the latest. */
const FRESH_MS = 5 * 60_000;

/** Which product this is; answered before anybody signs in. */
export function useEdition() {
  return useQuery({
    queryKey: ["edition"],
    queryFn: () => answer(api.GET("/api/edition")),
    staleTime: FRESH_MS,
  });
}
