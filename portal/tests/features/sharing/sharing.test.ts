import type { FhirResource } from "fhir/r4";
import { describe, expect, it } from "vitest";
import {
  days,
  partsSeen,
  people,
  quiet,
  type Seen,
  shifted,
  thisMonth,
  whoText,
} from "../../../src/features/sharing/seen.ts";
import { chosenParts, type Draft, mistakes, NOTHING, until } from "../../../src/features/sharing/share.ts";
import { sections } from "../../../src/features/sharing/shared.ts";

const seen = (more: Partial<Seen>): Seen => ({
  day: "2026-03-02",
  group: "staff",
  reason: "care",
  role: "clinician",
  person: "Practitioner/a",
  name: "Ann Ash",
  organisation: "",
  first: 0,
  last: 0,
  count: 1,
  parts: ["results"],
  changed: false,
  emergency: false,
  purposes: [],
  rules: [],
  entry: "1-1",
  ...more,
});

describe("who saw", () => {
  const lines = [
    seen({}),
    seen({ group: "own", person: "Patient/p", name: "" }),
    seen({ day: "2026-03-01", person: "Organization/o#x", group: "outside", organisation: "Lakeside" }),
  ];

  it("folds one's own looks away, and shows one person's alone", () => {
    expect(days(lines, { person: "", everything: false }).map(([day]) => day)).toEqual(["2026-03-02", "2026-03-01"]);
    expect(days(lines, { person: "", everything: true })[0]?.[1]).toHaveLength(2);
    expect(days(lines, { person: "Patient/p", everything: false })[0]?.[1]).toHaveLength(1);
    expect(quiet(lines)).toBe(1);
  });

  it("says who, in which role and of which clinic", () => {
    expect(lines.map(whoText)).toEqual(["Ann Ash, clinician", "You", "Ann Ash, clinician · Lakeside"]);
    expect(people(lines)).toHaveLength(3);
    expect(partsSeen(seen({ parts: ["medicines", "allergies"] }))).toBe("medicines and allergies");
  });

  it("turns months over the end of a year", () => {
    expect([shifted("2026-01", -1), shifted("2026-12", 1)]).toEqual(["2025-12", "2027-01"]);
    expect(thisMonth(new Date(2026, 2, 1))).toBe("2026-03");
  });
});

describe("a share", () => {
  const now = new Date(2026, 2, 2, 15);
  const whole: Draft = { ...NOTHING, organisation: "o", all: "all" };

  it("ends with its last day", () => {
    expect(new Date(until({ ...whole, span: "month" }, now))).toEqual(new Date(2026, 3, 2));
    expect(new Date(until({ ...whole, span: "day", day: "2026-03-02" }, now))).toEqual(new Date(2026, 2, 3));
  });

  it("lacks a clinic, parts, or a day to come", () => {
    expect(mistakes(whole, now)).toEqual([]);
    expect(mistakes(NOTHING, now).map(({ field }) => field)).toEqual(["organisation", "all"]);
    expect(mistakes({ ...whole, span: "day", day: "2026-03-01" }, now)).toHaveLength(1);
    expect(chosenParts({ ...whole, all: "some", parts: ["results"] })).toEqual(["results"]);
  });

  it("is read in sections, newest first", () => {
    const code = { text: "Asthma" };
    const record = [
      { resourceType: "Condition", id: "a", code, subject: {}, recordedDate: "2020" },
      { resourceType: "Condition", id: "b", code, subject: {}, recordedDate: "2022" },
      { resourceType: "AllergyIntolerance", id: "c", patient: {}, code: { text: "Latex" } },
      { resourceType: "CareTeam", id: "d" },
    ] as FhirResource[];

    expect(sections(record).map(([part, lines]) => [part, lines.map(({ key }) => key)])).toEqual([
      ["allergies", ["AllergyIntolerance/c"]],
      ["problems", ["Condition/b", "Condition/a"]],
    ]);
  });
});
