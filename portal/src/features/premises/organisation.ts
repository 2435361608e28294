/** The organisation's own details, as the form has them and as its Organization keeps them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Organization } from "fhir/r4";
import { resources, search, update } from "../../fhir/client.ts";

const ZONE = "https://meridian-pms.com/fhir/StructureDefinition/timezone";
const USUAL_ZONE = "America/New_York";

export interface Details {
  readonly name: string;
  readonly phone: string;
  readonly line: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly zone: string;
}

export function detailsOf(organisation: Organization): Details {
  const address = organisation.address?.[0];
  return {
    name: organisation.name ?? "",
    phone: organisation.telecom?.find((one) => one.system === "phone")?.value ?? "",
    line: address?.line?.[0] ?? "",
    city: address?.city ?? "",
    state: address?.state ?? "",
    postalCode: address?.postalCode ?? "",
    zone: organisation.extension?.find((one) => one.url === ZONE)?.valueCode ?? USUAL_ZONE,
  };
}

/** `organisation` with what the form says; everything else of it stays. */
export function detailed(organisation: Organization, details: Details): Organization {
  const { address: addresses = [], telecom = [], extension = [], ...rest } = organisation;
  const [first, ...others] = addresses;
  const phone = details.phone.trim();
  const address = [{ ...first, ...written(details) }, ...others].filter((one) => Object.keys(one).length > 0);
  const reached = [
    ...(phone ? [{ ...telecom.find((one) => one.system === "phone"), system: "phone" as const, value: phone }] : []),
    ...telecom.filter(
      (one, place) => one.system !== "phone" || place !== telecom.findIndex((it) => it.system === "phone"),
    ),
  ];
  return {
    ...rest,
    name: details.name.trim(),
    extension: [...extension.filter((one) => one.url !== ZONE), { url: ZONE, valueCode: details.zone }],
    ...(address.length > 0 && { address }),
    ...(reached.length > 0 && { telecom: reached }),
  };
}

function written(details: Details) {
  const line = details.line.trim();
  const said = {
    city: details.city.trim(),
    state: details.state.trim(),
    postalCode: details.postalCode.trim(),
  };
  return { ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)), ...(line && { line: [line] }) };
}

/** Every time zone the browser knows, in the order of their names. */
export const zones = (): readonly string[] => Intl.supportedValuesOf("timeZone");

export const ORGANISATION_KEY = ["premises", "organisation"] as const;

/** The organisation as it is kept, or an empty one where nothing is. */
export const useOrganisation = (id: string) =>
  useQuery({
    queryKey: [...ORGANISATION_KEY, id],
    queryFn: async ({ signal }) => {
      const bundle = await search("Organization", new URLSearchParams({ _id: id }), signal);
      const [one] = resources<Organization>(bundle, "Organization");
      return one ?? ({ resourceType: "Organization", id } as Organization);
    },
  });

/** Keeps it, if nobody else has changed it since. */
export function useKeepOrganisation(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Organization) => update(wanted),
    onSuccess: (kept) => client.setQueryData([...ORGANISATION_KEY, id], kept),
    onError: () => client.invalidateQueries({ queryKey: ORGANISATION_KEY }),
  });
}
