/** Looks at a call's connections again and again: how they are, what our picture may cost, and what to report. */
import type { Level, Mode, QualityReport, Step } from "./port.ts";
import { type Counted, climb, type Ladder, level, type Reading, read, TOP, worst } from "./quality.ts";
import type { Leg, Route } from "./route.ts";

const LOOK_MS = 1000;
/** Until the first picture has come it is waited for more closely. */
const EAGER_MS = 200;
const REPORT_MS = 30_000;

export interface GaugeOptions {
  routes(): readonly Route[];
  /** After each look. */
  changed(): void;
  report(report: Omit<QualityReport, "failures">): void;
}

export class Gauge {
  readonly #options: GaugeOptions;
  readonly #began = performance.now();
  readonly #counted = new WeakMap<RTCPeerConnection, Counted>();
  #readings = new Map<RTCPeerConnection, Reading>();
  #ladder: Ladder = TOP;
  #connectMs: number | null = null;
  #firstFrameMs: number | null = null;
  #reported = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: GaugeOptions) {
    this.#options = options;
    this.#later();
  }

  reading(connection: RTCPeerConnection | null): Reading | undefined {
    return connection ? this.#readings.get(connection) : undefined;
  }

  framesDecoded({ connection, tracks }: Leg): number {
    return this.reading(connection)?.incoming.get(tracks.camera?.id ?? "")?.framesDecoded ?? 0;
  }

  step(): Step {
    return this.#ladder.step;
  }

  /** How well our own media leave. */
  level(): Level {
    return worst(this.#leaving().map((reading) => level(reading, true)));
  }

  close(): void {
    this.#report();
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #later(): void {
    const wait = this.#firstFrameMs === null ? EAGER_MS : LOOK_MS;
    this.#timer = setTimeout(() => void this.#look().finally(() => this.#isClosed || this.#later()), wait);
  }

  async #look(): Promise<void> {
    const legs = this.#options.routes().flatMap((route) => route.legs());
    const leaving = this.#options.routes().flatMap((route) => route.leaving());
    const connections = new Set([...leaving, ...legs.flatMap(({ connection }) => connection ?? [])]);
    const readings = await Promise.all([...connections].map((one) => this.#read(one)));
    if (this.#isClosed) return;
    this.#readings = new Map(readings);
    this.#time(legs);
    this.#ladder = climb(this.#ladder, hardest(this.#leaving()), performance.now());
    this.#options.changed();
    if (performance.now() - this.#reported >= REPORT_MS) this.#report();
  }

  async #read(connection: RTCPeerConnection): Promise<[RTCPeerConnection, Reading]> {
    const counted = this.#counted.get(connection) ?? new Map();
    this.#counted.set(connection, counted);
    return [connection, read(await connection.getStats(), counted)];
  }

  #time(legs: readonly Leg[]): void {
    const now = Math.round(performance.now() - this.#began);
    if (legs.some(({ link }) => link === "connected")) this.#connectMs ??= now;
    if (legs.some((leg) => this.framesDecoded(leg) > 0)) this.#firstFrameMs ??= now;
  }

  readonly #leaving = (): readonly Reading[] =>
    this.#options
      .routes()
      .flatMap((route) => route.leaving())
      .flatMap((connection) => this.#readings.get(connection) ?? []);

  #report(): void {
    const [route] = this.#options.routes();
    if (!route) return;
    this.#reported = performance.now();
    const { loss, rtt, available, relayed } = hardest(this.#leaving());
    const frames = route.legs().map((leg) => this.framesDecoded(leg));
    this.#options.report({
      mode: route.mode satisfies Mode,
      level: this.level(),
      loss,
      rtt,
      available,
      relayed,
      framesDecoded: frames.reduce((sum, count) => sum + count, 0),
      connectMs: this.#connectMs,
      firstFrameMs: this.#firstFrameMs,
      ...route.counts(),
    });
  }
}

type Outward = Pick<Reading, "loss" | "rtt" | "available" | "relayed">;

/** Of several connections what troubles most. */
function hardest(readings: readonly Reading[]): Outward {
  const known = <Name extends "loss" | "rtt" | "available">(name: Name): number[] =>
    readings.flatMap((reading) => reading[name] ?? []);
  const most = (values: readonly number[]): number | null => (values.length > 0 ? Math.max(...values) : null);
  const available = known("available");
  return {
    loss: most(known("loss")),
    rtt: most(known("rtt")),
    available: available.length > 0 ? Math.min(...available) : null,
    relayed: readings.length > 0 ? readings.some(({ relayed }) => relayed) : null,
  };
}
