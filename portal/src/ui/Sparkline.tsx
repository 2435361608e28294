import type { ReactElement } from "react";
import { type Band, type Point, place, thinned, timeRange, valueRange } from "./plot.ts";
import "./Plot.css";

const [WIDTH, HEIGHT, EDGE] = [96, 24, 3];

/** A trend at a glance beside its latest value, which must stand in the text: the line itself is not read out. */
export function Sparkline({ points, band = {} }: { points: readonly Point[]; band?: Band }): ReactElement | null {
  const last = points.at(-1);
  if (!last || points.length < 2) return null;
  const [times, values] = [timeRange(points), valueRange(points, band)];
  const x = (at: number): number => place(at, times, EDGE, WIDTH - EDGE);
  const y = (value: number): number => place(value, values, HEIGHT - EDGE, EDGE);
  const top = y(band.high ?? values.to);
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {(band.low !== undefined || band.high !== undefined) && (
        <rect className="plot-band" x="0" width={WIDTH} y={top} height={y(band.low ?? values.from) - top} />
      )}
      <polyline
        className="plot-line"
        points={thinned(points, WIDTH)
          .map((point) => `${x(point.at)},${y(point.value)}`)
          .join(" ")}
      />
      <circle className="plot-dot" data-mark={last.mark} cx={x(last.at)} cy={y(last.value)} r="2.5" />
    </svg>
  );
}
