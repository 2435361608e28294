/** One's own profile as the form has it, and as the server keeps it. */
import type { Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";

export type Profile = Schemas["Profile"];
type ContactPoint = Profile["telecom"][number];
type Address = Profile["address"][number];

export interface ContactFields {
  readonly phone: string;
  readonly email: string;
  readonly line: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
}

/** The first telephone, mail address and postal address. */
export function fieldsOf(profile: Profile): ContactFields {
  const first = (system: ContactPoint["system"]): string =>
    profile.telecom.find((one) => one.system === system)?.value ?? "";
  const home = profile.address[0];
  return {
    phone: first("phone"),
    email: first("email"),
    line: home?.line[0] ?? "",
    line2: home?.line[1] ?? "",
    city: home?.city ?? "",
    state: home?.state ?? "",
    postalCode: home?.postalCode ?? "",
  };
}

/** What is to be kept: the fields in place of the first of each kind, and the others as they were. */
export function changeOf(profile: Profile, fields: ContactFields): Schemas["ProfileChange"] {
  const telecom = [
    ...replaced(profile.telecom, "phone", fields.phone.trim()),
    ...replaced(profile.telecom, "email", fields.email.trim()),
    ...profile.telecom.filter((one) => one.system === "sms"),
  ];
  const [home, ...others] = profile.address;
  return { telecom, address: [...addressed(home, fields), ...others], language: "" };
}

function replaced(telecom: readonly ContactPoint[], system: ContactPoint["system"], value: string): ContactPoint[] {
  const [first, ...others] = telecom.filter((one) => one.system === system);
  const use = first?.use ?? (system === "phone" ? "mobile" : "home");
  return value ? [{ rank: first?.rank ?? null, system, value, use }, ...others] : others;
}

function addressed(home: Address | undefined, fields: ContactFields): Address[] {
  const line = [fields.line, fields.line2].map((one) => one.trim()).filter(Boolean);
  const rest = { city: fields.city.trim(), state: fields.state.trim(), postalCode: fields.postalCode.trim() };
  if (line.length === 0 && !Object.values(rest).some(Boolean)) return [];
  return [{ use: home?.use ?? "home", country: home?.country ?? "", line, ...rest }];
}

/** What is wrong with the fields, by their names. */
export function complaints(fields: ContactFields): Partial<Record<keyof ContactFields, string>> {
  const phone = fields.phone.trim();
  const email = fields.email.trim();
  return {
    ...(phone && !/^\+?[\d\s().-]{6,25}$/.test(phone) && { phone: t("own.badPhone") }),
    ...(email && !/^\S+@\S+\.\S+$/.test(email) && { email: t("own.badEmail") }),
  };
}
