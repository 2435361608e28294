import fc from "fast-check";
import { expect, test } from "vitest";
import { climb, type Ladder, level, read, TOP, worst } from "../../../../src/features/telehealth/media/quality.ts";

const GOOD = { loss: 0, available: 900_000 };
const LOSSY = { loss: 9, available: 900_000 };
const NARROW = { loss: 0, available: 120_000 };

/** The ladder after so many seconds of the same. */
const after = (ladder: Ladder, reading: typeof GOOD, from: number, seconds: number): Ladder => {
  let now = ladder;
  for (let at = from; at <= from + seconds; at += 1) now = climb(now, reading, at * 1000);
  return now;
};

test.each([
  ["loss", LOSSY],
  ["a narrow line", NARROW],
])("eight seconds of %s make one's picture small, eight more put it off", (_, trouble) => {
  expect(after(TOP, trouble, 0, 7).step).toBe("full");
  const small = after(TOP, trouble, 0, 8);
  expect(small.step).toBe("small");
  expect(after(small, LOSSY, 9, 8).step).toBe("off");
});

test("twenty good seconds bring it back, a step at a time", () => {
  const off: Ladder = { step: "off", badSince: null, goodSince: null };
  expect(after(off, GOOD, 0, 19).step).toBe("off");
  const small = after(off, GOOD, 0, 20);
  expect(small.step).toBe("small");
  expect(after(small, GOOD, 21, 20).step).toBe("full");
});

test("a moment of trouble costs nothing", () => {
  const shaken = climb(after(TOP, LOSSY, 0, 7), GOOD, 8000);
  expect(after(shaken, LOSSY, 9, 7).step).toBe("full");
});

test("with one's picture off the browser's old estimate does not keep it off", () => {
  const off: Ladder = { step: "off", badSince: null, goodSince: null };
  expect(after(off, NARROW, 0, 20).step).toBe("small");
});

test("what is not known yet is no trouble", () => {
  expect(after(TOP, { loss: null, available: null } as unknown as typeof GOOD, 0, 60).step).toBe("full");
});

test("a step is never skipped, whatever comes", () => {
  const order = ["full", "small", "off"];
  const reading = fc.record({
    loss: fc.integer({ min: 0, max: 20 }),
    available: fc.integer({ max: 300_000, min: 50_000 }),
  });
  fc.assert(
    fc.property(fc.array(reading), (all) => {
      let ladder = TOP;
      for (const [at, one] of all.entries()) {
        const next = climb(ladder, one, at * 1000);
        expect(Math.abs(order.indexOf(next.step) - order.indexOf(ladder.step))).toBeLessThanOrEqual(1);
        ladder = next;
      }
    }),
  );
});

test("levels are named by loss and delay", () => {
  expect(level({ loss: 0, rtt: 50 }, true)).toBe("good");
  expect(level({ loss: 4, rtt: 50 }, true)).toBe("fair");
  expect(level({ loss: 0, rtt: 400 }, true)).toBe("fair");
  expect(level({ loss: 9, rtt: 50 }, true)).toBe("poor");
  expect(level({ loss: 0, rtt: 50 }, false)).toBe("poor");
  expect(level({ loss: null, rtt: null }, true)).toBe("unknown");
  expect(worst(["good", "poor", "fair"])).toBe("poor");
  expect(worst([])).toBe("unknown");
});

test("a report is read: relay, loss both ways, rate, frames", () => {
  const report = (received: number, lost: number) =>
    new Map<string, object>([
      ["T", { type: "transport", selectedCandidatePairId: "P" }],
      [
        "P",
        {
          type: "candidate-pair",
          localCandidateId: "L",
          remoteCandidateId: "R",
          currentRoundTripTime: 0.043,
          availableOutgoingBitrate: 500_000,
        },
      ],
      ["L", { type: "local-candidate", candidateType: "relay" }],
      ["R", { type: "remote-candidate", candidateType: "host" }],
      [
        "I",
        { type: "inbound-rtp", trackIdentifier: "t", packetsReceived: received, packetsLost: lost, framesDecoded: 7 },
      ],
      ["O", { type: "remote-inbound-rtp", fractionLost: 0.25 }],
    ]) as unknown as RTCStatsReport;
  const counted = new Map();
  read(report(100, 0), counted);

  const reading = read(report(190, 10), counted);

  expect(reading).toMatchObject({ loss: 25, rtt: 43, available: 500_000, relayed: true });
  expect(reading.incoming.get("t")).toEqual({ framesDecoded: 7, loss: 10 });
});

test("before there is a connection nothing is claimed", () => {
  expect(read(new Map() as unknown as RTCStatsReport, new Map())).toMatchObject({
    loss: null,
    rtt: null,
    relayed: null,
  });
});
