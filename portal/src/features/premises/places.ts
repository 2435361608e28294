/** Places and rooms: Locations as the clinic's administrators see them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Location } from "fhir/r4";
import { create, resources, search, update } from "../../fhir/client.ts";
import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";
import { complain } from "./complain.ts";

const PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type";
const ROOM_KIND = "https://meridian-pms.com/fhir/CodeSystem/room-kind";
const PLACES_KEY = ["premises", "places"] as const;

/** Kinds of places that can be given, by their code of location-physical-type. */
export const KINDS = ["si", "bu", "wi", "lvl", "ro", "area"] as const;
export type Kind = (typeof KINDS)[number];

export const kindOf = (place: Location): Kind | undefined =>
  KINDS.find((kind) => place.physicalType?.coding?.some((one) => one.code === kind));

export interface PlaceFields {
  readonly name: string;
  readonly kind: Kind;
  /** Logical id of the place it is part of; empty for none. */
  readonly partOf: string;
  /** Of a room, in the clinic's own words: a service can ask for any room of a kind. */
  readonly roomKind: string;
}

export const fieldsOf = (place: Location): PlaceFields => ({
  name: place.name ?? "",
  kind: kindOf(place) ?? "ro",
  partOf: place.partOf?.reference?.split("/")[1] ?? "",
  roomKind: roomKindOf(place),
});

const roomKindOf = ({ type: [first] = [] }: Location): string => first?.text ?? first?.coding?.[0]?.display ?? "";

/** The types of a place of that kind; those it has stay where nothing else is said. */
function typed(place: Location, roomKind: string): Pick<Location, "type"> {
  const { type = [] } = place;
  const wanted = roomKind.trim();
  const [, ...others] = type;
  const code = wanted.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  const own = { coding: [{ system: ROOM_KIND, code, display: wanted }], text: wanted };
  const next = wanted === roomKindOf(place) ? type : wanted ? [own, ...others] : others;
  return next.length > 0 ? { type: next } : {};
}

/** `place` with what the form says; everything else of it stays. */
export function placed(place: Location, fields: PlaceFields, organisation: string): Location {
  const { partOf: _, type: __, ...rest } = place;
  return {
    ...rest,
    ...typed(place, fields.roomKind),
    status: place.status ?? "active",
    name: fields.name.trim(),
    physicalType: { coding: [{ system: PHYSICAL, code: fields.kind, display: t(`premises.kind.${fields.kind}`) }] },
    managingOrganization: place.managingOrganization ?? { reference: `Organization/${organisation}` },
    ...(fields.partOf && { partOf: { reference: `Location/${fields.partOf}` } }),
  };
}

/** Places in the order of the house: each below what it is part of, then by name. A circle ends where it began. */
export function inOrder(places: readonly Location[]): readonly { readonly place: Location; readonly depth: number }[] {
  const byName = [...places].sort((a, b) => (a.name ?? "").localeCompare(b.name ?? "", undefined, { numeric: true }));
  const known = new Set(places.map((one) => one.id));
  const parent = (one: Location): string => {
    const id = one.partOf?.reference?.split("/")[1] ?? "";
    return known.has(id) ? id : "";
  };
  const listed: { place: Location; depth: number }[] = [];
  const seen = new Set<string | undefined>();
  const walk = (under: string, depth: number): void => {
    for (const place of byName) {
      if (parent(place) !== under || seen.has(place.id)) continue;
      seen.add(place.id);
      listed.push({ place, depth });
      walk(place.id ?? "", depth + 1);
    }
  };
  walk("", 0);
  const left = byName.filter((one) => !seen.has(one.id)).map((place) => ({ place, depth: 0 }));
  return [...listed, ...left];
}

const query = new URLSearchParams({ _count: "500", _sort: "name" });

export const usePlaces = () =>
  useQuery({
    queryKey: PLACES_KEY,
    queryFn: async ({ signal }) => resources<Location>(await search("Location", query, signal), "Location"),
  });

/** Keeps a place, new or changed. */
export function useKeepPlace() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (place: Location) => (place.id ? update(place) : create(place)),
    onError: (error) => toast({ tone: "danger", text: complain(error) }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["bookable"] });
      return client.invalidateQueries({ queryKey: PLACES_KEY });
    },
  });
}
