import fc from "fast-check";
import { expect, test } from "vitest";
import { ageInYears, moment, momentText, newestFirst, periodText } from "../../src/fhir/moments.ts";

test.each([
  ["2026", "2026"],
  ["2026-03", "Mar-2026"],
  ["2026-03-12", "12-Mar-2026"],
])("%s reads %s", (iso, text) => {
  expect(momentText(iso)).toBe(text);
});

test.each([
  ["2000-02-29", new Date(2026, 1, 28), 25],
  ["2000-02-29", new Date(2026, 2, 1), 26],
  ["2026-11-22", new Date(2026, 10, 22), 0],
  ["2030-01-01", new Date(2026, 10, 22), undefined],
  ["2000", new Date(2026, 10, 22), undefined],
])("born %s, on %s the age is %s", (born, on, age) => {
  expect(ageInYears(born, on)).toBe(age);
});

test("newest first loses nothing and puts the undated last", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.option(
          fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
          { nil: undefined },
        ),
      ),
      (dates) => {
        const sorted = newestFirst(dates, (date) => date);
        const known = sorted.filter((date) => date !== undefined).map(moment);

        expect(sorted).toHaveLength(dates.length);
        expect(sorted.slice(known.length).every((date) => date === undefined)).toBe(true);
        expect(known.every((at, place) => place === 0 || (known[place - 1] ?? at) >= at)).toBe(true);
      },
    ),
  );
});

test("a period of one day is one day, and an open one says its start", () => {
  expect(periodText({ start: "2026-03-12", end: "2026-03-12" }, "to")).toBe("12-Mar-2026");
  expect(periodText({ start: "2026-03-12" }, "to")).toBe("12-Mar-2026");
  expect(periodText({ start: "2026-03-12", end: "2026-03-14" }, "to")).toBe("12-Mar-2026 to 14-Mar-2026");
});
