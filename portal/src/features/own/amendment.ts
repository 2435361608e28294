/** A clinician's ruling on a request to amend the record. */
import { answer, api, type Schemas } from "../../api/index.ts";
import { search } from "../../fhir/client.ts";
import { t } from "../../i18n/index.ts";

export type Ground = Schemas["Denial"]["ground"];
export const GROUNDS: readonly Ground[] = ["accurate", "not-ours", "not-in-set", "not-inspectable"];
export const KINDS = ["grant", "deny", "extend"] as const;
export type Kind = (typeof KINDS)[number];

export interface Ruling {
  readonly kind: Kind | null;
  readonly ground: Ground | null;
  readonly text: string;
}

export const START: Ruling = { kind: null, ground: null, text: "" };

/** What is missing, by field: a denial has a ground and words, an extension has words. */
export function wanting({ kind, ground, text }: Ruling): Partial<Record<keyof Ruling, string>> {
  return {
    ...(!kind && { kind: t("amendment.needKind") }),
    ...(kind === "deny" && !ground && { ground: t("amendment.needGround") }),
    ...((kind === "deny" || kind === "extend") && !text.trim() && { text: t("amendment.needText") }),
  };
}

/** Sends the ruling; one that grants names the item's present version as what amends it. */
export async function decided(amendment: Schemas["Amendment"], { kind, ground, text }: Ruling) {
  const params = { path: { request: amendment.id } };
  if (kind === "extend") return answer(api.POST("/api/amendments/{request}/extend", { params, body: { text } }));
  if (kind === "deny" && ground)
    return answer(api.POST("/api/amendments/{request}/deny", { params, body: { ground, text } }));
  const amended = await presentVersion(amendment.item);
  return answer(api.POST("/api/amendments/{request}/grant", { params, body: { amended, text } }));
}

async function presentVersion(item: string): Promise<string> {
  const [type = "", id = ""] = item.split("/");
  const bundle = await search(type, new URLSearchParams({ _id: id }));
  const version = bundle.entry?.[0]?.resource?.meta?.versionId ?? "1";
  return `${item}/_history/${version}`;
}
