/** The arithmetic of plots, without a pixel of React. */

export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
  /** The value as it should be read, digits kept: `1.10`. */
  readonly text?: string;
  /** A letter and shape for a point outside the band. */
  readonly mark?: "high" | "low" | "critical";
  /** What the mark means, in words. */
  readonly note?: string;
}

export interface Band {
  readonly low?: number;
  readonly high?: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The values' range with the band in it and a tenth of air on both sides; a flat line gets air too. */
export function valueRange(points: readonly Point[], band: Band = {}): Range {
  const all = [...points.map((point) => point.value), band.low, band.high].filter((value) => value !== undefined);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = (high - low || Math.abs(high) || 1) * 0.1;
  return { from: low >= 0 ? Math.max(0, low - air) : low - air, to: high + air };
}

/** The points' time range; a single point gets a day on both sides. */
export function timeRange(points: readonly Point[]): Range {
  const all = points.map((point) => point.at);
  const [from, to] = [Math.min(...all), Math.max(...all)];
  return from === to ? { from: from - 86_400_000, to: to + 86_400_000 } : { from, to };
}

/** Where `value` of `range` lies between `start` and `end`. */
export function place(value: number, range: Range, start: number, end: number): number {
  return start + ((value - range.from) / (range.to - range.from)) * (end - start);
}

/** Three to six round numbers within `range`. */
export function ticks(range: Range): readonly number[] {
  const rough = (range.to - range.from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(range.from / step);
  const count = Math.floor(range.to / step) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The index of the point nearest in time to `at`. */
export function nearest(points: readonly Point[], at: number): number {
  let best = 0;
  points.forEach((point, index) => {
    if (Math.abs(point.at - at) < Math.abs((points[best]?.at ?? 0) - at)) best = index;
  });
  return best;
}
