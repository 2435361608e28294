import type { Person } from "../../../src/features/telehealth/people.ts";
import type { Whole } from "../../../src/features/telehealth/room.ts";

/** Somebody in a visit: the patient, in the call. */
export const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  part: "patient",
  state: "admitted",
  audio: true,
  video: true,
  screen: false,
  answer: "",
  waited: 0,
  ...more,
});

/** A visit at nine in which nobody is yet, as its patient sees it. */
export const whole = (more: Partial<Whole> = {}): Whole => ({
  visit: "v",
  start: "2026-03-02T09:00:00Z",
  end: "2026-03-02T09:20:00Z",
  opens: "2026-03-02T08:30:00Z",
  closes: "2026-03-02T13:00:00Z",
  state: "scheduled",
  mode: "p2p",
  epoch: 0,
  room: 0,
  locked: false,
  recording: "off",
  recorder: "",
  part: "patient",
  me: "",
  hosts: ["Ann"],
  people: [],
  encounter: "",
  patient: "",
  consented: false,
  recordable: false,
  ...more,
});
