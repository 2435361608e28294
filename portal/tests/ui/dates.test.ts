import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { speak } from "../../src/i18n/index.ts";
import { isoDay, readDay, showAgo, showDay, showMoment } from "../../src/ui/dates.ts";

const day = fc
  .date({ min: new Date(1850, 0, 1), max: new Date(2150, 11, 31), noInvalidDate: true })
  .map((at) => isoDay(at));

afterEach(() => speak("en"));

test.each(["en", "es"])("what is shown in %s can be read back, for every day", async (language) => {
  await speak(language);
  fc.assert(
    fc.property(day, (iso) => {
      expect(readDay(showDay(iso))).toEqual({ day: iso });
    }),
  );
});

test("an ISO day reads as itself", () => {
  fc.assert(
    fc.property(day, (iso) => {
      expect(readDay(iso)).toEqual({ day: iso });
    }),
  );
});

test("nothing that is written can break the reading", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = readDay(text);
      expect("day" in read ? /^\d{4}-\d\d-\d\d$/.test(read.day) : read.unread).toBeTruthy();
    }),
  );
});

test.each([
  ["12-Mar-2026", "2026-03-12"],
  ["12 march 2026", "2026-03-12"],
  ["Mar 12, 2026", "2026-03-12"],
  ["13/3/2026", "2026-03-13"],
  ["3/13/2026", "2026-03-13"],
  ["4/4/2026", "2026-04-04"],
  ["29.feb.2024", "2024-02-29"],
  ["12-ene-2026", "2026-01-12"],
  ["12 de agosto de 2026", "2026-08-12"],
  ["Diciembre 5 del 2026", "2026-12-05"],
])("%s is %s", (written, iso) => {
  expect(readDay(written)).toEqual({ day: iso });
});

test.each([
  ["3/4/2026", "ambiguous"],
  ["29-Feb-2023", "impossible"],
  ["31-Apr-2026", "impossible"],
  ["12-Mar-26", "unknown"],
  ["tomorrow", "unknown"],
  ["12 de 2026", "unknown"],
  ["", "unknown"],
])("%s is refused as %s", (written, unread) => {
  expect(readDay(written)).toEqual({ unread });
});

test("a partial date shows no more than is known", () => {
  expect(showDay("2026-03")).toBe("Mar-2026");
  expect(showDay("2026")).toBe("2026");
  expect(showDay("not a date")).toBe("not a date");
});

test("Spanish months have Spanish names", async () => {
  await speak("es");

  expect(showDay("2026-01-12")).toBe("12-ene-2026");
  expect(showDay("2026-08")).toBe("ago-2026");
});

test("a moment has its day and its minute", () => {
  expect(showMoment(new Date(2026, 2, 12, 9, 5))).toBe("12-Mar-2026 09:05");
});

test("how long ago is said in the largest unit that fits", () => {
  const now = Date.UTC(2026, 2, 12);
  expect(showAgo(now - 3 * 86_400_000, now)).toBe("3 days ago");
  expect(showAgo(now - 90_000, now)).toBe("1 minute ago");
});
