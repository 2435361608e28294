/** Whom a patient trusts: how it stands, and what is wrong with an invitation. */
import type { Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";

export type Trusted = Schemas["TrustedPerson"];
export type Relationship = Schemas["TrustRequest"]["relationship"];
export type TrustRole = Schemas["TrustRequest"]["role"];

export const familyKey = (patient: string) => ["family", patient] as const;

export const RELATIONSHIPS: readonly Relationship[] = [
  "PRN",
  "GUARD",
  "SPS",
  "CHILD",
  "SIB",
  "GRPRN",
  "FRND",
  "POWATT",
];

/** `over` once it was ended or its last day is past. */
export function standingOf(person: Trusted, now: number): "active" | "invited" | "over" {
  if (person.status === "disabled" || (person.ends !== null && person.ends <= now)) return "over";
  return person.status;
}

export interface Invitation {
  readonly name: string;
  readonly email: string;
  readonly relationship: Relationship | null;
  readonly role: TrustRole | null;
  readonly until: string | null;
}

export const NOBODY: Invitation = { name: "", email: "", relationship: null, role: null, until: null };

/** What is missing, by field. */
export function missing(invitation: Invitation): Partial<Record<keyof Invitation, string>> {
  return {
    ...(!invitation.name.trim() && { name: t("family.needName") }),
    ...(!/^\S+@\S+\.\S+$/.test(invitation.email.trim()) && { email: t("family.needEmail") }),
    ...(!invitation.relationship && { relationship: t("family.needRelationship") }),
    ...(!invitation.role && { role: t("family.needRole") }),
  };
}
