/** People's names as a clinic writes them. */
import type { HumanName } from "fhir/r4";

const ORDER = ["official", "usual", "temp", "nickname", "anonymous", "old", "maiden"];

/** The name in use: no ended period, official before usual before the rest. */
function nameInUse(names: readonly HumanName[] | undefined, now: Date = new Date()): HumanName | undefined {
  const current = (names ?? []).filter((name) => !name.period?.end || new Date(name.period.end) > now);
  const rank = (name: HumanName) => (name.use ? ORDER.indexOf(name.use) : 1.5);
  return [...current].sort((a, b) => rank(a) - rank(b))[0] ?? names?.[0];
}

/** `O'BRIEN, Siobhán (Ms)`: family first and in capitals, so that it cannot be taken for a given name (NHS CUI). */
export function listName(names: readonly HumanName[] | undefined): string {
  const name = nameInUse(names);
  if (!name) return "";
  const given = name.given?.join(" ") ?? "";
  if (!name.family) return given || name.text || "";
  const prefix = name.prefix?.length ? ` (${name.prefix.join(" ")})` : "";
  return `${name.family.toLocaleUpperCase()}${given ? `, ${given}` : ""}${prefix}`;
}

/** `Siobhán O'Brien`, as one speaks to or of a person. */
export function spokenName(names: readonly HumanName[] | undefined): string {
  const name = nameInUse(names);
  if (!name) return "";
  return [name.given?.[0], name.family].filter(Boolean).join(" ") || name.text || "";
}
