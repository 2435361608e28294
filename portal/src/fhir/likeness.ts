/** Who may be the same person: the server's `Patient/$match`, and what two Patients say alike or differently. */
import type { Bundle, ContactPoint, Patient } from "fhir/r4";
import { operate } from "./client.ts";

/** hl7.org/fhir/R4/valueset-match-grade.html, without "certainly-not", which is not answered. */
export type Grade = "certain" | "probable" | "possible";

type Trait = "identifier" | "birthDate" | "family" | "given" | "gender" | "phone" | "email" | "address";

export interface Reason {
  readonly trait: Trait;
  readonly isSame: boolean;
}

export interface Candidate {
  readonly patient: Patient;
  readonly grade: Grade;
  readonly reasons: readonly Reason[];
}

const GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade";

/** Patients who may be the one described, likeliest first; `without` is left out, being the one described. */
export async function lookAlikes(asked: Patient, without = "", signal?: AbortSignal): Promise<Candidate[]> {
  const parameter = [
    { name: "resource", resource: asked },
    { name: "count", valueInteger: 10 },
  ];
  return candidatesOf(await operate<Bundle>("Patient/$match", parameter, signal), asked).filter(
    (one) => one.patient.id !== without,
  );
}

/** The candidates of an answer to `$match`. */
export function candidatesOf(bundle: Bundle, asked: Patient): Candidate[] {
  return (bundle.entry ?? []).flatMap(({ resource, search }) => {
    if (resource?.resourceType !== "Patient") return [];
    const patient = resource as Patient;
    const grade = search?.extension?.find((one) => one.url === GRADE)?.valueCode as Grade | undefined;
    return [{ patient, grade: grade ?? "possible", reasons: reasonsOf(asked, patient) }];
  });
}

/** What both say, and whether they say the same; what only one of them says is no reason. */
export function reasonsOf(asked: Patient, known: Patient): Reason[] {
  const told: [Trait, readonly string[], readonly string[]][] = [
    ["identifier", numbers(asked), numbers(known)],
    ["birthDate", listed(asked.birthDate), listed(known.birthDate)],
    ["family", families(asked), families(known)],
    ["given", givens(asked), givens(known)],
    ["gender", listed(asked.gender), listed(known.gender)],
    ["phone", contacts(asked, "phone"), contacts(known, "phone")],
    ["email", contacts(asked, "email"), contacts(known, "email")],
    ["address", addresses(asked), addresses(known)],
  ];
  return told.flatMap(([trait, one, other]) =>
    one.length > 0 && other.length > 0 ? [{ trait, isSame: one.some((value) => other.includes(value)) }] : [],
  );
}

const listed = (value: string | undefined): string[] => (value && value !== "unknown" ? [value] : []);

/** Without case and accents: `O'Brien` and `o’brien`, `Müller` and `muller`. */
const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();

const numbers = (it: Patient): string[] =>
  (it.identifier ?? []).flatMap((one) => (one.value ? [`${one.system ?? ""}|${one.value}`] : []));
const families = (it: Patient): string[] => (it.name ?? []).flatMap((one) => (one.family ? [folded(one.family)] : []));
const givens = (it: Patient): string[] => (it.name ?? []).flatMap((one) => (one.given ?? []).slice(0, 1).map(folded));
const addresses = (it: Patient): string[] =>
  (it.address ?? []).flatMap((one) => {
    const text = [...(one.line ?? []), one.postalCode ?? one.city ?? ""].join("");
    return text ? [folded(text)] : [];
  });

function contacts(it: Patient, system: ContactPoint["system"]): string[] {
  const values = (it.telecom ?? []).filter((one) => one.system === system).map((one) => one.value ?? "");
  // The last digits decide: `+1 555 010 99` and `555-01099` are one telephone.
  return values.map((one) => (system === "phone" ? one.replace(/\D/g, "").slice(-7) : folded(one))).filter(Boolean);
}
