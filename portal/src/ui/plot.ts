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
  const [low, high] = span([...points.map((point) => point.value), band.low, band.high]);
  const air = (high - low || Math.abs(high) || 1) * 0.1;
  return { from: low >= 0 ? Math.max(0, low - air) : low - air, to: high + air };
}

/** The points' time range; a single point gets a day on both sides. */
export function timeRange(points: readonly Point[]): Range {
  const [from, to] = span(points.map((point) => point.at));
  return from === to ? { from: from - 86_400_000, to: to + 86_400_000 } : { from, to };
}

/** The least and the greatest; of any number of values, for which the arguments of `Math.min` would not do. */
function span(values: readonly (number | undefined)[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === undefined) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * At most about `limit` of the points, in order: of every stretch of time its lowest, its highest and its first marked one,
 * and the two ends. What stands out in the whole stands out in the part.
 */
export function thinned(points: readonly Point[], limit: number): readonly Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= limit || !first || !last) return points;
  const stretches = Math.max(1, Math.floor(limit / 3));
  const length = (last.at - first.at) / stretches || 1;
  const kept: Point[] = [];
  for (let start = 0; start < points.length; ) {
    const until = first.at + (Math.floor(((points[start]?.at ?? 0) - first.at) / length) + 1) * length;
    let end = start + 1;
    while (end < points.length && (points[end]?.at ?? 0) < until) end += 1;
    kept.push(...telling(points.slice(start, end)));
    start = end;
  }
  return [...new Set([first, ...kept, last])];
}

function telling(stretch: readonly Point[]): Point[] {
  const by = (better: (a: Point, b: Point) => boolean) =>
    stretch.reduce((best, one) => (better(one, best) ? one : best));
  const chosen = new Set([
    by((a, b) => a.value < b.value),
    by((a, b) => a.value > b.value),
    stretch.find((one) => one.mark),
  ]);
  return stretch.filter((one) => chosen.has(one));
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

/** The index of the point nearest in time to `at`, of points in order of time. */
export function nearest(points: readonly Point[], at: number): number {
  const time = (index: number) => points[index]?.at ?? Number.POSITIVE_INFINITY;
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time(middle) < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - time(low - 1) <= time(low) - at ? low - 1 : Math.max(low, 0);
}

/** How many days back a plot may be narrowed to, for points that go back further. */
export const SPANS = [1826, 365, 90] as const;

/** The points of the last so many days before the latest of them. */
export function ofLast(points: readonly Point[], days: number): readonly Point[] {
  const since = (points.at(-1)?.at ?? 0) - days * 86_400_000;
  return points.filter((point) => point.at >= since);
}
