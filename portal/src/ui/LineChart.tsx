import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { currentLocale, t } from "../i18n/index.ts";
import { Button } from "./Button.tsx";
import { isoDay, showDay, showMoment } from "./dates.ts";
import { type Band, nearest, type Point, place, ticks, timeRange, valueRange } from "./plot.ts";
import { Table } from "./Table.tsx";
import "./Plot.css";

export interface LineChartProps {
  /** What is plotted; the plot's name. */
  readonly name: string;
  readonly unit?: string;
  /** In order of time. */
  readonly points: readonly Point[];
  readonly band?: Band;
  readonly height?: number;
}

/** Values over time: the band behind, points that can be read by pointer and arrow keys, a table one press away. */
export function LineChart({ name, unit = "", points, band = {}, height = 200 }: LineChartProps): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const [chosen, setChosen] = useState(points.length - 1);
  const point = points[Math.min(chosen, points.length - 1)];
  const hasBand = band.low !== undefined || band.high !== undefined;
  return (
    <figure className="plot">
      <figcaption className="plot-head">
        <span className="plot-name">{name}</span>
        {point && (
          <output className="plot-reading">
            <strong>{read(point)}</strong> {unit} <span className="muted">{showMoment(point.at)}</span>
            {point.note && <span className="plot-note"> · {point.note}</span>}
          </output>
        )}
        <Button kind="quiet" size="small" onPress={() => setAsTable(!asTable)}>
          {asTable ? t("ui.chartGraph") : t("ui.chartTable")}
        </Button>
      </figcaption>
      <div className={asTable ? "plot-hidden" : undefined}>
        <Graph
          name={name}
          unit={unit}
          points={points}
          band={band}
          height={height}
          chosen={chosen}
          onChoose={setChosen}
        />
        {hasBand && (
          <p className="plot-legend">
            <span className="plot-swatch" aria-hidden="true" />
            {bandText(band)} {unit}
          </p>
        )}
      </div>
      <div className={asTable ? undefined : "plot-table"}>
        <PlotTable name={name} unit={unit} points={points} />
      </div>
    </figure>
  );
}

const read = (point: Point): string =>
  point.text ?? new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: 6 }).format(point.value);

function bandText(band: Band): string {
  if (band.low === undefined) return `≤ ${band.high}`;
  if (band.high === undefined) return `≥ ${band.low}`;
  return t("ui.chartBand", { low: String(band.low), high: String(band.high) });
}

interface GraphProps extends Required<Omit<LineChartProps, "height">> {
  readonly height: number;
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

const INSET = { top: 10, end: 12, bottom: 24, start: 44 } as const;

function Graph({ name, unit, points, band, height, chosen, onChoose }: GraphProps): ReactElement {
  const frame = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const last = points.at(-1);
  const [times, values] = [timeRange(points), valueRange(points, band)];
  const x = (at: number): number => place(at, times, INSET.start, width - INSET.end);
  const y = (value: number): number => place(value, values, height - INSET.bottom, INSET.top);
  const summary = last
    ? t("ui.chartSummary", {
        name,
        points: t("ui.chartPoints", { count: points.length }),
        value: `${read(last)} ${unit}`,
        when: showMoment(last.at),
      })
    : name;

  function point(event: PointerEvent<SVGSVGElement>): void {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    onChoose(nearest(points, place(at, { from: INSET.start, to: width - INSET.end }, times.from, times.to)));
  }

  function step(event: KeyboardEvent): void {
    const by: Record<string, number> = {
      ArrowLeft: chosen - 1,
      ArrowRight: chosen + 1,
      Home: 0,
      End: points.length - 1,
    };
    const next = by[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(Math.max(0, Math.min(next, points.length - 1)));
  }

  return (
    <svg
      ref={frame}
      className="plot-frame"
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={summary}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the points
      tabIndex={0}
      onPointerMove={point}
      onPointerDown={point}
      onKeyDown={step}
    >
      <Scale values={values} times={times} x={x} y={y} width={width} height={height} band={band} />
      <polyline className="plot-line" points={points.map((one) => `${x(one.at)},${y(one.value)}`).join(" ")} />
      {points.map((one, index) => (
        <Mark key={`${one.at} ${one.value}`} point={one} x={x(one.at)} y={y(one.value)} isChosen={index === chosen} />
      ))}
    </svg>
  );
}

interface ScaleProps {
  readonly values: { from: number; to: number };
  readonly times: { from: number; to: number };
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
  readonly height: number;
  readonly band: Band;
}

function Scale({ values, times, x, y, width, height, band }: ScaleProps): ReactElement {
  const top = y(band.high ?? values.to);
  const hasBand = band.low !== undefined || band.high !== undefined;
  const days = width > 420 ? [times.from, (times.from + times.to) / 2, times.to] : [times.from, times.to];
  return (
    <g>
      {hasBand && (
        <rect
          className="plot-band"
          x={INSET.start}
          y={top}
          width={width - INSET.start - INSET.end}
          height={Math.max(0, y(band.low ?? values.from) - top)}
        />
      )}
      {ticks(values).map((value) => (
        <g key={value}>
          <line className="plot-grid" x1={INSET.start} x2={width - INSET.end} y1={y(value)} y2={y(value)} />
          <text className="plot-label" x={INSET.start - 8} y={y(value)} dy="0.32em" textAnchor="end">
            {new Intl.NumberFormat(currentLocale()).format(value)}
          </text>
        </g>
      ))}
      {days.map((at, index) => (
        <text
          key={at}
          className="plot-label"
          x={x(at)}
          y={height - 6}
          textAnchor={index === 0 ? "start" : index === days.length - 1 ? "end" : "middle"}
        >
          {showDay(isoDay(new Date(at)))}
        </text>
      ))}
    </g>
  );
}

/** Up for high, down for low, a filled square for critical, a dot for all is well: shapes that need no colour. */
function Mark({ point, x, y, isChosen }: { point: Point; x: number; y: number; isChosen: boolean }): ReactElement {
  const r = isChosen ? 7 : 5.5;
  const shapes = {
    high: `M${x - r},${y + r * 0.8} L${x + r},${y + r * 0.8} L${x},${y - r} Z`,
    low: `M${x - r},${y - r * 0.8} L${x + r},${y - r * 0.8} L${x},${y + r} Z`,
    critical: `M${x - r},${y - r} h${2 * r} v${2 * r} h${-2 * r} Z`,
  };
  return (
    <g className="plot-mark" data-mark={point.mark} data-chosen={isChosen || undefined}>
      {point.mark ? <path d={shapes[point.mark]} /> : <circle cx={x} cy={y} r={isChosen ? 5 : 3.25} />}
    </g>
  );
}

function PlotTable({ name, unit, points }: { name: string; unit: string; points: readonly Point[] }): ReactElement {
  return (
    <Table
      caption={name}
      rows={points.toReversed()}
      rowKey={(point) => `${point.at} ${point.value}`}
      columns={[
        { id: "when", label: t("ui.chartWhen"), cell: (point) => showMoment(point.at), sort: (point) => point.at },
        {
          id: "value",
          label: t("ui.chartValue"),
          align: "end",
          sort: (point) => point.value,
          cell: (point) => `${read(point)} ${unit}${point.note ? ` · ${point.note}` : ""}`,
        },
      ]}
    />
  );
}

function useWidth(frame: { current: SVGSVGElement | null }): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    if (!frame.current || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
