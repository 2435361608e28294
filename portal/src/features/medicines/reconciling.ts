/** What is found out when a medicines list is gone through with the patient, and what is sent of it. */
import type { MedicineLine, ReconciliationItem } from "./api.ts";
import type { Reason } from "./draft.ts";

export type Action = "continue" | "stop" | "change" | "not-taking";

export interface Found {
  readonly action: Action | null;
  readonly note: string;
  /** Why it is stopped. */
  readonly reason?: Reason;
}

export interface Added {
  readonly name: string;
  readonly how: string;
}

export interface Reconciling {
  readonly found: Readonly<Record<string, Found>>;
  readonly added: readonly Added[];
}

export const NOTHING_FOUND: Found = { action: null, note: "" };

/** The items of a reconciliation: one for each line that was gone through, one for each medicine that was added. */
export function itemsOf(
  lines: readonly MedicineLine[],
  { found, added }: Reconciling,
  patientId: string,
): ReconciliationItem[] {
  const gone = lines.flatMap(({ reference }): ReconciliationItem[] => {
    const one = found[reference];
    if (!one?.action) return [];
    const isStop = one.action === "stop";
    const note = (isStop ? one.reason?.text : one.note)?.trim() ?? "";
    return [{ reference, action: one.action, note, code: isStop ? (one.reason?.code ?? null) : null }];
  });
  const news = added.map(
    ({ name, how }): ReconciliationItem => ({
      action: "add",
      note: "",
      new: {
        resourceType: "MedicationStatement",
        status: "active",
        subject: { reference: `Patient/${patientId}` },
        medicationCodeableConcept: { text: name },
        ...(how && { dosage: [{ text: how }] }),
      },
    }),
  );
  return [...gone, ...news];
}
