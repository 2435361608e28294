/** A registration form's content: what is missing, and the Patient it makes. */
import type { Patient } from "fhir/r4";
import { type Key, t } from "../../i18n/index.ts";
import { isoDay, type Mistake } from "../../ui/index.ts";

export interface Registration {
  readonly family: string;
  readonly given: string;
  readonly birthDate: string | null;
  readonly gender: Gender | null;
  readonly phone: string;
  readonly email: string;
  readonly line: string;
  readonly city: string;
  readonly postalCode: string;
}

/** hl7.org/fhir/R4/valueset-administrative-gender.html */
export type Gender = "male" | "female" | "other" | "unknown";

export const EMPTY: Registration = {
  family: "",
  given: "",
  birthDate: null,
  gender: null,
  phone: "",
  email: "",
  line: "",
  city: "",
  postalCode: "",
};

/** What stops the form from being sent, in the order of its fields. */
export function mistakes(form: Registration, today: Date = new Date()): Mistake[] {
  const found: [keyof Registration, Key | undefined][] = [
    ["family", form.family.trim() ? undefined : "patients.familyNeeded"],
    ["given", form.given.trim() ? undefined : "patients.givenNeeded"],
    ["birthDate", birthMistake(form.birthDate, today)],
    ["gender", form.gender ? undefined : "patients.genderNeeded"],
    ["email", form.email.trim() && !form.email.includes("@") ? "patients.emailWrong" : undefined],
  ];
  return found.flatMap(([field, key]) => (key ? [{ field: `register-${field}`, message: t(key) }] : []));
}

function birthMistake(day: string | null, today: Date): Key | undefined {
  if (!day) return "patients.birthNeeded";
  return day > isoDay(today) ? "patients.birthFuture" : undefined;
}

/** The Patient a complete form describes; what was left empty is absent, not an empty string. */
export function patientOf(form: Registration): Patient {
  const telecom = [
    ...(form.phone.trim() ? [{ system: "phone" as const, value: form.phone.trim() }] : []),
    ...(form.email.trim() ? [{ system: "email" as const, value: form.email.trim() }] : []),
  ];
  const address = {
    ...(form.line.trim() ? { line: [form.line.trim()] } : {}),
    ...(form.city.trim() ? { city: form.city.trim() } : {}),
    ...(form.postalCode.trim() ? { postalCode: form.postalCode.trim() } : {}),
  };
  return {
    resourceType: "Patient",
    active: true,
    name: [{ use: "official", family: form.family.trim(), given: form.given.trim().split(/\s+/) }],
    ...(form.gender ? { gender: form.gender } : {}),
    ...(form.birthDate ? { birthDate: form.birthDate } : {}),
    ...(telecom.length > 0 ? { telecom } : {}),
    ...(Object.keys(address).length > 0 ? { address: [address] } : {}),
  };
}
