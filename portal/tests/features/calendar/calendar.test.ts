import { expect, test } from "vitest";
import {
  actorsAfter,
  bandsIn,
  type Calendar,
  clashesWith,
  type Entry,
  hoursShown,
  isMovable,
  placedIn,
  spanOf,
  withMoved,
} from "../../../src/features/calendar/calendar.ts";
import { columnsOf } from "../../../src/features/calendar/carry.ts";

const ZONE = "America/New_York";
const DAY = "2026-06-17";
const at = (clock: string) => `${DAY}T${clock}:00-04:00`;
const [ann = { key: "", day: "" }, room = { key: "", day: "" }] = columnsOf(
  "resources",
  [DAY],
  ["Practitioner/ann", "Location/r"],
);

const entry = (id: string, from: string, to: string, more: Partial<Entry> = {}): Entry => ({
  id,
  version: 1,
  status: "booked",
  start: at(from),
  end: at(to),
  zone: ZONE,
  patient: { id: "p", name: "BYRNE, Ann" },
  service: null,
  serviceName: "Check-up",
  actors: ["Practitioner/ann", "Location/r"],
  informed: [],
  series: null,
  video: false,
  confirmed: false,
  state: "booked",
  reason: "",
  comment: "",
  movedBecause: "",
  ...more,
});
const band = (actor: string, from: string, to: string, kind: Calendar["bands"][number]["kind"]) => ({
  actor,
  start: at(from),
  end: at(to),
  kind,
  reason: "",
  id: "",
});
const calendar = (appointments: Entry[], bands: Calendar["bands"] = []): Calendar => ({
  zone: ZONE,
  actors: [],
  appointments,
  bands,
  names: {},
});

test("an appointment stands in the column of each whose time it takes", () => {
  const one = entry("1", "09:00", "09:30");

  expect(placedIn(ann, [one], ZONE)).toHaveLength(1);
  expect(placedIn(room, [one], ZONE)).toHaveLength(1);
  expect(placedIn({ ...room, actor: "Location/other" }, [one], ZONE)).toEqual([]);
});

test("what was cancelled makes room", () => {
  expect(placedIn(ann, [entry("1", "09:00", "09:30", { status: "cancelled" })], ZONE)).toEqual([]);
});

test("closed is what is neither usual hours nor open besides, for this actor alone", () => {
  const bands = [
    band("Practitioner/ann", "09:00", "12:00", "open"),
    band("Practitioner/ann", "13:00", "14:00", "exception"),
    band("Location/r", "08:00", "18:00", "open"),
  ];
  const closed = bandsIn(ann, bands, undefined, { from: 480, to: 900 }, ZONE).filter((one) => one.kind === "closed");

  expect(closed.map(({ from, to }) => [from, to])).toEqual([
    [480, 540],
    [720, 780],
    [840, 900],
  ]);
});

test("the drawn hours hold early visits and open hours, and never less than the usual day", () => {
  const early = entry("1", "06:40", "07:00");

  expect(hoursShown([ann], calendar([early], [band("Practitioner/ann", "10:00", "20:30", "open")]), ZONE)).toEqual({
    from: 360,
    to: 1260,
  });
  expect(hoursShown([ann], undefined, ZONE)).toEqual({ from: 480, to: 1080 });
});

test("moved, an appointment is shown at its new time by the clinic's clock, all others where they were", () => {
  const before = calendar([entry("1", "09:00", "09:30"), entry("2", "10:00", "10:30")]);
  const span = spanOf(entry("x", "11:00", "11:45"));

  const after = withMoved(before, "1", span, ["Practitioner/bo"]);

  expect(after.appointments[0]).toMatchObject({ start: at("11:00"), end: at("11:45"), actors: ["Practitioner/bo"] });
  expect(after.appointments[1]).toBe(before.appointments[1]);
});

test("carried to another's column it takes that one's time, and keeps its room", () => {
  const actors = ["Practitioner/ann", "Location/r"];

  expect(actorsAfter(actors, "Practitioner/ann", "Practitioner/bo")).toEqual(["Practitioner/bo", "Location/r"]);
  expect(actorsAfter(actors, undefined, undefined)).toEqual(actors);
});

test("only those who share an actor and a minute are in the way, and those who are over are not", () => {
  const entries = [
    entry("same-room", "09:00", "09:30", { actors: ["Location/r"] }),
    entry("elsewhere", "09:00", "09:30", { actors: ["Location/q"] }),
    entry("after", "09:30", "10:00"),
    entry("missed", "09:00", "09:30", { status: "noshow" }),
    entry("itself", "09:00", "09:30"),
  ];

  const found = clashesWith(entries, "itself", spanOf(entry("x", "09:00", "09:30")), [
    "Practitioner/ann",
    "Location/r",
  ]);

  expect(found.map((one) => one.id)).toEqual(["same-room"]);
});

test("what has begun or is over is not moved", () => {
  expect(["booked", "pending"].every((status) => isMovable({ status }))).toBe(true);
  expect(["arrived", "checked-in", "fulfilled", "noshow", "cancelled"].some((status) => isMovable({ status }))).toBe(
    false,
  );
});
