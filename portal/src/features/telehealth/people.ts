/** Who is in a video visit: what they are to it, where they stand, and how they are told of. */
import type { Schemas } from "../../api/index.ts";
import type { Part } from "./media/port.ts";

export type Person = Schemas["VisitPerson"];

/** Parts whose typed lines are captions for everybody. */
const CAPTIONING: readonly Part[] = ["captioner", "interpreter"];

export const mayCaption = (part: Part | undefined): boolean => part !== undefined && CAPTIONING.includes(part);

/** Who stands in the lobby, as they came. */
export const waiting = (people: readonly Person[]): Person[] => people.filter(({ state }) => state === "lobby");

/** Who is in the call, oneself last. */
export const inside = (people: readonly Person[], me: string): Person[] =>
  people.filter(({ state }) => state === "admitted").sort((a, b) => Number(a.id === me) - Number(b.id === me));

export interface Coming {
  readonly person: Person;
  readonly how: "waits" | "came" | "went" | "shares";
}

/** What changed between two looks at the same visit, for saying aloud; of oneself nothing is told. */
export function comings(before: readonly Person[], after: readonly Person[], me: string): Coming[] {
  const old = new Map(before.map((one) => [one.id, one]));
  return after.flatMap((person): Coming[] => {
    const was = old.get(person.id);
    if (person.id === me) return [];
    if (was?.state !== person.state) {
      if (person.state === "lobby") return [{ person, how: "waits" }];
      if (person.state === "admitted") return [{ person, how: "came" }];
      if (was?.state === "admitted") return [{ person, how: "went" }];
    }
    return person.screen && was && !was.screen ? [{ person, how: "shares" }] : [];
  });
}

/** Whether somebody has come for the patient, or is the patient. */
export const patientCame = (people: readonly Person[]): boolean =>
  people.some(
    ({ part, state }) => (part === "patient" || part === "family") && state !== "expected" && state !== "left",
  );
