/** Telephone numbers to fall back on when a call by video does not come about. */
import { useQuery } from "@tanstack/react-query";
import type { Organization, Patient } from "fhir/r4";
import { resources, search } from "../../fhir/client.ts";

/** The number of a clinic or a patient; empty while it is not known, and where there is none. */
export function usePhone(type: "Organization" | "Patient", id: string): string {
  const { data } = useQuery({
    queryKey: ["video-phone", type, id],
    enabled: id !== "",
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const found = await search(type, new URLSearchParams({ _id: id }), signal);
      const [one] = resources<Organization | Patient>(found, type);
      return one?.telecom?.find(({ system }) => system === "phone")?.value ?? "";
    },
  });
  return data ?? "";
}
