import { expect, it } from "vitest";
import { changed, filterOf, VIEWS, viewOf } from "../../../src/features/oversight/filter.ts";
import { kindOf } from "../../../src/features/oversight/kinds.ts";
import { together } from "../../../src/features/oversight/log.ts";
import { spread } from "../../../src/features/oversight/Timeline.tsx";

const NOW = new Date("2026-11-22T15:30:00").getTime();
const DAY = 86_400_000;
const HOUR = 3_600_000;

it("looks at the last week up to the end of today when no time is said", () => {
  const filter = filterOf(new URLSearchParams("who=Practitioner/ann&nonsense=1"), NOW);

  expect(filter.who).toBe("Practitioner/ann");
  expect(new Date(filter.until).getHours()).toBe(0);
  expect(filter.until).toBeGreaterThan(NOW);
  expect(filter.until - filter.since).toBe(7 * DAY);
  expect("nonsense" in filter).toBe(false);
});

it("passes over times that are none, and never asks for a span that ends before it begins", () => {
  expect(filterOf(new URLSearchParams("since=x&until=1e99"), NOW)).toEqual(filterOf(new URLSearchParams(), NOW));
  const { since, until } = filterOf(new URLSearchParams("since=500&until=400"), NOW);
  expect(until).toBe(since + 1);
});

it("changes an address by what was chosen, takes out what was emptied, and closes what was open", () => {
  const address = new URLSearchParams("entry=7&patient=p1&outcome=ok");

  expect(String(changed(address, { outcome: "", address: "203.0.113.9" }))).toBe("patient=p1&address=203.0.113.9");
});

it("knows the view that an address is", () => {
  for (const view of VIEWS) expect(viewOf(filterOf(new URLSearchParams(view.by), NOW))).toBe(view.id);
  expect(viewOf(filterOf(new URLSearchParams("patient=p1"), NOW))).toBe("own");
});

it("adds up what was counted in parts", () => {
  const address = { address: "203.0.113.9", count: 2, accounts: 1, last: 5, reasons: {} };
  const part = { step: HOUR, entries: 2, next: null, addresses: [address] };
  const made = together([
    { ...part, steps: [{ at: HOUR, ok: 1, refused: 0, failed: 1 }] },
    {
      ...part,
      steps: [
        { at: 0, ok: 1, refused: 0, failed: 0 },
        { at: HOUR, ok: 0, refused: 3, failed: 0 },
      ],
    },
  ]);

  expect(made.entries).toBe(4);
  expect(made.steps).toEqual([
    { at: 0, ok: 1, refused: 0, failed: 0 },
    { at: HOUR, ok: 1, refused: 3, failed: 1 },
  ]);
  expect(made.addresses).toEqual([{ ...address, count: 4 }]);
});

it("draws steps without entries too, so that time runs evenly", () => {
  const steps = [{ at: 2 * HOUR, ok: 1, refused: 0, failed: 0 }];

  expect(spread({ step: HOUR, steps }, { since: 0, until: 4 * HOUR }).map((one) => one.ok)).toEqual([0, 0, 1, 0]);
});

it("calls an alarm by its name, and one that it does not know by its action", () => {
  expect(kindOf("alert-own-family")).toBe("Record of the same family name");
  expect(kindOf("alert-new-kind")).toBe("new-kind");
});
