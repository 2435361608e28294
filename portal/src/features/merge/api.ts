/** What merging asks of the server. */
import type { Patient } from "fhir/r4";
import { answer, api, type Schemas } from "../../api/index.ts";
import { resources, search } from "../../fhir/client.ts";
import { listName } from "../../fhir/names.ts";

export type Side = "keep" | "drop";
export type MergeLine = Schemas["MergeLine"];
export type Account = Schemas["PortalAccount"];

export interface Preview {
  readonly keep: Patient;
  readonly drop: Patient;
  /** The elements that have to be chosen. */
  readonly differences: readonly string[];
  /** How many resources of each type would move. */
  readonly moves: Readonly<Record<string, number>>;
  readonly total: number;
  readonly accounts: readonly Account[];
}

/** What putting `drop` into `keep` would do; it changes nothing. */
export async function previewOf(keep: string, drop: string): Promise<Preview> {
  const found = await answer(api.POST("/api/merges/preview", { body: { keep, drop } }));
  return {
    keep: found.keep as unknown as Patient,
    drop: found.drop as unknown as Patient,
    differences: found.differences.map((one) => one.element),
    moves: found.moves,
    total: found.total,
    accounts: found.accounts,
  };
}

export type Choices = Readonly<Record<string, Side>>;

/** Puts the second into the first, as they were compared. */
export function merge({ keep, drop }: Preview, choices: Choices): Promise<MergeLine> {
  const version = (patient: Patient) => Number(patient.meta?.versionId) || null;
  return answer(
    api.POST("/api/merges", {
      body: {
        keep: keep.id ?? "",
        drop: drop.id ?? "",
        choices,
        keepVersion: version(keep),
        dropVersion: version(drop),
      },
    }),
  );
}

export const undoMerge = (id: string): Promise<MergeLine> =>
  answer(api.POST("/api/merges/{merge}/undo", { params: { path: { merge: id } } }));

export interface Merged extends MergeLine {
  readonly keepName: string;
  readonly dropName: string;
}

/** What was merged here, newest first, with the names. */
export async function listMerges(signal?: AbortSignal): Promise<Merged[]> {
  const { merges } = await answer(api.GET("/api/merges", { ...(signal && { signal }) }));
  const ids = [...new Set(merges.flatMap((one) => [one.keep, one.drop]))].slice(0, 200);
  const found =
    ids.length > 0
      ? await search("Patient", new URLSearchParams({ _id: ids.join(","), _count: "200" }), signal)
      : undefined;
  const names = new Map(resources<Patient>(found, "Patient").map((one) => [one.id ?? "", listName(one.name)]));
  return merges.map((one) => ({
    ...one,
    keepName: names.get(one.keep) ?? "",
    dropName: names.get(one.drop) ?? "",
  }));
}
