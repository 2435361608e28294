/** What the browser counts of a connection, and what is made of it: a level to show, and what our own picture may cost. */
import type { Level, Step } from "./port.ts";

/** One look at a connection; rates need the look before. */
export interface Reading {
  /** Per cent of our packets lost on the way, as the other end says; null until it has said so. */
  readonly loss: number | null;
  /** Milliseconds there and back. */
  readonly rtt: number | null;
  /** Bits a second that the line is thought to carry from here. */
  readonly available: number | null;
  /** Whether packets go through a relay; null while there is no connection. */
  readonly relayed: boolean | null;
  /** Pictures opened and drawn, and per cent of packets that did not come, by the id of the receiving track. */
  readonly incoming: ReadonlyMap<string, { readonly framesDecoded: number; readonly loss: number | null }>;
}

/** Received and lost packets at the last look, by track. */
export type Counted = Map<string, { readonly received: number; readonly lost: number }>;

type Row = Record<string, unknown> & { readonly type: string };

/** Reads a report (W3C webrtc-stats); `counted` is kept between looks and changed. */
export function read(report: RTCStatsReport, counted: Counted): Reading {
  const rows = [...(report as unknown as ReadonlyMap<string, Row>).values()];
  const pair = chosenPair(report, rows);
  const losses = rows.filter(({ type }) => type === "remote-inbound-rtp").map((row) => number(row.fractionLost) ?? 0);
  const rtt = number(pair?.currentRoundTripTime);
  return {
    loss: losses.length > 0 ? 100 * Math.max(...losses) : null,
    rtt: rtt === null ? null : Math.round(1000 * rtt),
    available: number(pair?.availableOutgoingBitrate),
    relayed: pair ? isRelayed(report, pair) : null,
    incoming: new Map(rows.filter(({ type }) => type === "inbound-rtp").map((row) => incoming(row, counted))),
  };
}

function chosenPair(report: RTCStatsReport, rows: readonly Row[]): Row | undefined {
  const transport = rows.find(({ type }) => type === "transport");
  const chosen = report.get(String(transport?.selectedCandidatePairId)) as Row | undefined;
  return chosen ?? rows.find((row) => row.type === "candidate-pair" && row.nominated && row.state === "succeeded");
}

const isRelayed = (report: RTCStatsReport, pair: Row): boolean =>
  ["localCandidateId", "remoteCandidateId"].some(
    (end) => (report.get(String(pair[end])) as Row | undefined)?.candidateType === "relay",
  );

function incoming(row: Row, counted: Counted): [string, { framesDecoded: number; loss: number | null }] {
  const track = String(row.trackIdentifier);
  const now = { received: number(row.packetsReceived) ?? 0, lost: number(row.packetsLost) ?? 0 };
  const before = counted.get(track) ?? { received: 0, lost: 0 };
  counted.set(track, now);
  const lost = Math.max(0, now.lost - before.lost);
  const sent = now.received - before.received + lost;
  return [track, { framesDecoded: number(row.framesDecoded) ?? 0, loss: sent > 0 ? (100 * lost) / sent : null }];
}

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** Two directions of a connection are as good as the worse one. */
export function level({ loss, rtt }: Pick<Reading, "loss" | "rtt">, isConnected: boolean): Level {
  if (!isConnected) return "poor";
  if (loss === null && rtt === null) return "unknown";
  if ((loss ?? 0) > MOST_LOSS || (rtt ?? 0) > 600) return "poor";
  return (loss ?? 0) > 3 || (rtt ?? 0) > 300 ? "fair" : "good";
}

const ORDER: readonly Level[] = ["unknown", "good", "fair", "poor"];

export const worst = (levels: readonly Level[]): Level =>
  levels.reduce((worse, one) => (ORDER.indexOf(one) > ORDER.indexOf(worse) ? one : worse), "unknown");

/** Above this loss (per cent) or below this rate (bits a second) our picture becomes smaller after `BAD_MS`. */
const MOST_LOSS = 8;
const LEAST_RATE = 150_000;
const BAD_MS = 8000;
/** And larger again after this long without trouble. */
const GOOD_MS = 20_000;

/** Where our own picture stands, and since when (milliseconds of any clock) the line has been bad or good. */
export interface Ladder {
  readonly step: Step;
  readonly badSince: number | null;
  readonly goodSince: number | null;
}

export const TOP: Ladder = { step: "full", badSince: null, goodSince: null };

const STEPS: readonly Step[] = ["full", "small", "off"];

/**
 * One look later. What is not known yet is no trouble.
 * With the picture off the browser's estimate of the line stays where it was, so then only losses count.
 */
export function climb(ladder: Ladder, { loss, available }: Pick<Reading, "loss" | "available">, now: number): Ladder {
  const isNarrow = ladder.step !== "off" && available !== null && available < LEAST_RATE;
  if ((loss ?? 0) > MOST_LOSS || isNarrow) {
    const badSince = ladder.badSince ?? now;
    return now - badSince >= BAD_MS ? moved(ladder.step, 1) : { step: ladder.step, badSince, goodSince: null };
  }
  const goodSince = ladder.goodSince ?? now;
  if (ladder.step === "full") return { ...TOP, goodSince };
  return now - goodSince >= GOOD_MS ? moved(ladder.step, -1) : { step: ladder.step, badSince: null, goodSince };
}

function moved(step: Step, by: 1 | -1): Ladder {
  const at = Math.min(Math.max(STEPS.indexOf(step) + by, 0), STEPS.length - 1);
  return { step: STEPS[at] ?? step, badSince: null, goodSince: null };
}
