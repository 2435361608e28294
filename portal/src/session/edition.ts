import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/index.ts";

/** Which product this is; answered before anybody signs in. */
export function useEdition() {
  return useQuery({
    queryKey: ["edition"],
    queryFn: () => answer(api.GET("/api/edition")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
