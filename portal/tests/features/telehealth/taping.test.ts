import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Recorder, Sink } from "../../../src/features/telehealth/media/recorder.ts";
import { tapes } from "../../../src/features/telehealth/room.ts";
import { Taping } from "../../../src/features/telehealth/taping.ts";
import { person, whole } from "./samples.ts";

const STREAM = {} as MediaStream;
let runs: { sink: Sink; seen: (readonly MediaStream[])[] }[];
let brought: string[];
let failures: number;
let refuses: boolean;

function record(streams: readonly MediaStream[], sink: Sink): Recorder {
  const run = { sink, seen: [streams] };
  const number = runs.push(run);
  return {
    type: "video/webm",
    streams: (now) => void run.seen.push(now),
    stop: () => sink(new Blob([`end of ${number}`]), { number: 1, isLast: true }),
  };
}

const made = (): Taping =>
  new Taping("v", () => (failures += 1), {
    record,
    bring: async ({ visit, part }, blob) => {
      if (refuses) throw new Error("no");
      brought.push(`${visit} ${part} ${await blob.text()}`);
    },
  });

beforeEach(() => {
  vi.useFakeTimers();
  [runs, brought, failures, refuses] = [[], [], 0, false];
});
afterEach(() => vi.useRealTimers());

test("each minute is a part by itself, in order, and the last one comes with the end", async () => {
  const taping = made();
  taping.streams([STREAM]);
  await runs[0]?.sink(new Blob(["one "]), { number: 0, isLast: false });

  await vi.advanceTimersByTimeAsync(60_000);
  await taping.stop();

  expect(brought).toEqual(["v 1 one end of 1", "v 2 end of 2"]);
});

test("whoever comes is recorded too, without a new part", () => {
  const taping = made();
  taping.streams([STREAM]);
  taping.streams([STREAM, STREAM]);

  expect(runs.map(({ seen }) => seen.map(({ length }) => length))).toEqual([[1, 2]]);
});

test("a part that cannot be brought is said", async () => {
  refuses = true;
  const taping = made();
  taping.streams([STREAM]);

  await taping.stop();

  expect(failures).toBe(1);
});

test("one browser records, and only a host's", () => {
  const people = [person("b", { part: "host" }), person("a", { part: "host" }), person("0")];
  const visit = (me: string) => whole({ recording: "on", recorder: "browser", people, me });

  expect(["a", "b", "0"].map((me) => tapes(visit(me)))).toEqual([true, false, false]);
  expect(tapes({ ...visit("a"), recorder: "gateway" })).toBe(false);
  expect(tapes({ ...visit("a"), recording: "asked" })).toBe(false);
});
