/** Two Patients line by line, in words; and what would move, in words. */
import type { Patient } from "fhir/r4";
import { dayText } from "../../fhir/moments.ts";
import { listName } from "../../fhir/names.ts";
import { conceptText } from "../../fhir/words.ts";
import { en } from "../../i18n/en/index.ts";
import { type Key, t } from "../../i18n/index.ts";
import type { Choices, Preview } from "./api.ts";

export interface Line {
  readonly element: string;
  readonly name: string;
  readonly keep: string;
  readonly drop: string;
  /** `choose`: only one can be right. `both`: both are kept. `same`: nothing to say. */
  readonly kind: "same" | "choose" | "both" | "one";
}

const GENDER = {
  male: "merge.male",
  female: "merge.female",
  other: "merge.other",
  unknown: "merge.unknown",
} as const;

type Read = (patient: Patient) => string;

/** The lines of a record that tell one person from another, in the order they are read. */
const READ: readonly (readonly [string, Key, Read])[] = [
  ["name", "merge.name", (it) => listName(it.name)],
  ["birthDate", "merge.birthDate", (it) => dayText(it.birthDate)],
  ["gender", "merge.gender", (it) => (it.gender ? t(GENDER[it.gender]) : "")],
  ["identifier", "merge.identifier", (it) => joined((it.identifier ?? []).map((one) => one.value))],
  ["telecom", "merge.telecom", (it) => joined((it.telecom ?? []).map((one) => one.value))],
  [
    "address",
    "merge.address",
    (it) =>
      (it.address ?? []).map((one) => one.text ?? joined([...(one.line ?? []), one.postalCode, one.city])).join("; "),
  ],
  ["maritalStatus", "merge.maritalStatus", (it) => conceptText(it.maritalStatus)],
  ["deceasedDateTime", "merge.deceasedDateTime", (it) => dayText(it.deceasedDateTime)],
  ["deceasedBoolean", "merge.deceasedBoolean", (it) => yesOf(it.deceasedBoolean)],
  ["multipleBirthInteger", "merge.multipleBirthInteger", (it) => String(it.multipleBirthInteger ?? "")],
  ["multipleBirthBoolean", "merge.multipleBirthBoolean", (it) => yesOf(it.multipleBirthBoolean)],
  ["managingOrganization", "merge.managingOrganization", (it) => it.managingOrganization?.display ?? ""],
];

const joined = (parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(", ");
const yesOf = (value: boolean | undefined): string => (value === undefined ? "" : t(value ? "merge.yes" : "merge.no"));

/** The two records beside each other; lines that neither has are left out. */
export function linesOf({ keep, drop, differences }: Preview): Line[] {
  return READ.flatMap(([element, word, read]) => {
    const [one, other] = [read(keep), read(drop)];
    const chosen = differences.includes(element);
    if (!one && !other && !chosen) return [];
    const kind = chosen ? "choose" : one === other ? "same" : one && other ? "both" : "one";
    return [{ element, name: t(word), keep: one, drop: other, kind }];
  });
}

/** What has not been chosen yet. */
export const unchosen = (lines: readonly Line[], choices: Choices): Line[] =>
  lines.filter((line) => line.kind === "choose" && choices[line.element] === undefined);

/** `3 visits`, `12 measurements`: the most first, what has no name of its own last, together. */
export function movesText(moves: Readonly<Record<string, number>>): string[] {
  const word = (type: string): Key | undefined => {
    const key = `merge.type.${type}`;
    return key in en ? (key as Key) : undefined;
  };
  const named = Object.entries(moves).filter(([type]) => word(type));
  const rest = Object.entries(moves)
    .filter(([type]) => !word(type))
    .reduce((sum, [, count]) => sum + count, 0);
  const lines = named
    .toSorted(([, a], [, b]) => b - a)
    .map(([type, count]) => t(word(type) ?? "merge.type.rest", { count }));
  return rest > 0 ? [...lines, t("merge.type.rest", { count: rest })] : lines;
}
