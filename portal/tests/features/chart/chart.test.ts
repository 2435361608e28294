import type { Bundle } from "fhir/r4";
import { expect, test } from "vitest";
import { chartQueries, PARTS } from "../../../src/features/chart/parts.ts";
import { byYear, happenings } from "../../../src/features/chart/timeline.ts";
import { chartOf, hasOlder, held, longer, refusal } from "../../../src/features/chart/useChart.ts";
import { FhirFault } from "../../../src/fhir/fault.ts";

const bundle = (...resources: object[]): Bundle =>
  ({ resourceType: "Bundle", type: "searchset", entry: resources.map((resource) => ({ resource })) }) as Bundle;

const answers = (given: Partial<Record<(typeof PARTS)[number], Bundle | FhirFault>>) =>
  PARTS.map((part) => given[part] ?? bundle());

const PATIENT = bundle({ resourceType: "Patient", id: "a" });

test("every part of the chart is bounded", () => {
  const { patient: _, ...rest } = chartQueries("a");

  expect(Object.values(rest).every((query) => query.includes("_count="))).toBe(true);
});

test("a refused part is a refusal, never an empty list", () => {
  const chart = chartOf(answers({ patient: PATIENT, allergies: new FhirFault(403, "", undefined) }));

  expect(refusal(chart, "allergies")?.status).toBe(403);
  expect(held(chart, "allergies", "AllergyIntolerance")).toEqual([]);
});

test("a chart without its patient is not found", () => {
  expect(() => chartOf(answers({}))).toThrow(FhirFault);
});

test("the timeline is newest first, by year, and leaves out what has no date", () => {
  const chart = chartOf(
    answers({
      patient: PATIENT,
      visits: bundle({
        resourceType: "Encounter",
        id: "v",
        class: { display: "ambulatory" },
        period: { start: "2025-02-01" },
      }),
      immunizations: bundle(
        {
          resourceType: "Immunization",
          id: "i",
          status: "completed",
          occurrenceDateTime: "2026-01-05",
          vaccineCode: { text: "Flu" },
        },
        { resourceType: "Immunization", id: "n", status: "completed", vaccineCode: { text: "Tetanus" } },
      ),
    }),
  );

  expect(byYear(happenings(chart)).map(([year, all]) => [year, all.map((one) => one.title)])).toEqual([
    ["2026", ["Flu"]],
    ["2025", ["ambulatory"]],
  ]);
});

test("another page comes after what is shown, and says itself whether there is more", () => {
  const first = { ...bundle({ resourceType: "Encounter", id: "new" }), link: [{ relation: "next", url: "/x" }] };
  const chart = chartOf(answers({ patient: PATIENT, visits: first }));

  const more = longer(chart, "visits", bundle({ resourceType: "Encounter", id: "old" }));

  expect(hasOlder(chart, "visits")).toBe(true);
  expect(hasOlder(more, "visits")).toBe(false);
  expect(held(more, "visits", "Encounter").map((one) => one.id)).toEqual(["new", "old"]);
});
