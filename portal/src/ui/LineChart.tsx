import { type KeyboardEvent, memo, type PointerEvent, type ReactElement, useMemo, useRef, useState } from "react";
import { currentLocale, t } from "../i18n/index.ts";
import { Button } from "./Button.tsx";
import { isoDay, showDay, showMoment } from "./dates.ts";
import {
  type Band,
  nearest,
  ofLast,
  type Point,
  place,
  type Range,
  SPANS,
  thinned,
  ticks,
  timeRange,
  valueRange,
} from "./plot.ts";
import { Select } from "./Select.tsx";
import { Table } from "./Table.tsx";
import { useWidth } from "./useWidth.ts";
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

const NO_BAND: Band = {};

/**
 * Values over time: the band behind, points that can be read by pointer and arrow keys, a table one press away. Of thousands
 * of points as many are drawn as the eye can part; all of them can be read, and years can be narrowed to months.
 */
export function LineChart({ name, unit = "", points, band = NO_BAND, height = 200 }: LineChartProps): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const [days, setDays] = useState(0);
  const shown = useMemo(() => (days ? ofLast(points, days) : points), [points, days]);
  const [asked, setAsked] = useState(Number.POSITIVE_INFINITY);
  const chosen = Math.min(asked, shown.length - 1);
  const point = shown[chosen];
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
        <SpanChoice
          points={points}
          days={days}
          onChange={(span) => {
            setDays(span);
            setAsked(Number.POSITIVE_INFINITY);
          }}
        />
        <Button kind="quiet" size="small" onPress={() => setAsTable(!asTable)}>
          {asTable ? t("ui.chartGraph") : t("ui.chartTable")}
        </Button>
      </figcaption>
      <div className={asTable ? "plot-hidden" : undefined}>
        <Graph name={name} unit={unit} points={shown} band={band} height={height} chosen={chosen} onChoose={setAsked} />
        {hasBand && (
          <p className="plot-legend">
            <span className="plot-swatch" aria-hidden="true" />
            {bandText(band)} {unit}
          </p>
        )}
      </div>
      <div className={asTable ? undefined : "plot-table"}>
        <PlotTable name={name} unit={unit} points={shown} />
      </div>
    </figure>
  );
}

const YEAR_DAYS = 365;

/** How far back the plot goes; asked only of points that go back further than a choice would show. */
function SpanChoice(props: { points: readonly Point[]; days: number; onChange: (days: number) => void }) {
  const { points, days, onChange } = props;
  const reach = ((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0)) / 86_400_000;
  const spans = SPANS.filter((span) => span < reach);
  if (spans.length === 0 || reach < YEAR_DAYS) return null;
  const word = (span: number) =>
    span >= YEAR_DAYS
      ? t("ui.chartYears", { count: Math.round(span / YEAR_DAYS) })
      : t("ui.chartMonths", { count: Math.round(span / 30) });
  return (
    <div className="plot-span">
      <Select
        label={t("ui.chartSpan")}
        hideLabel
        value={String(days)}
        onChange={(value) => onChange(Number(value))}
        options={[
          { value: "0", label: t("ui.chartAll") },
          ...spans.map((span) => ({ value: String(span), label: word(span) })),
        ]}
      />
    </div>
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

const DRAWN = 600;

function Graph({ name, unit, points, band, height, chosen, onChoose }: GraphProps): ReactElement {
  const frame = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const last = points.at(-1);
  const current = points[chosen];
  const drawn = useMemo(() => thinned(points, Math.min(DRAWN, width)), [points, width]);
  const [times, values] = useMemo(() => [timeRange(points), valueRange(points, band)] as const, [points, band]);
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
    const leap = Math.max(10, Math.round(points.length / 20));
    const by: Record<string, number> = {
      ArrowLeft: chosen - 1,
      ArrowRight: chosen + 1,
      PageUp: chosen - leap,
      PageDown: chosen + leap,
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
      <Drawing points={drawn} times={times} values={values} width={width} height={height} band={band} />
      {current && (
        <path
          className="plot-mark"
          data-mark={current.mark}
          data-chosen=""
          d={shape(
            current.mark,
            place(current.at, times, INSET.start, width - INSET.end),
            place(current.value, values, height - INSET.bottom, INSET.top),
            1.3,
          )}
        />
      )}
    </svg>
  );
}

interface DrawingProps {
  readonly points: readonly Point[];
  readonly times: Range;
  readonly values: Range;
  readonly width: number;
  readonly height: number;
  readonly band: Band;
}

const LOOKS = [undefined, "high", "low", "critical"] as const;

/** What stays while one reads along it: a line, and one path for all points that look alike. */
const Drawing = memo(function Drawing({ points, times, values, width, height, band }: DrawingProps): ReactElement {
  const x = (at: number): number => rounded(place(at, times, INSET.start, width - INSET.end));
  const y = (value: number): number => rounded(place(value, values, height - INSET.bottom, INSET.top));
  const crowded = points.length > width / 5;
  const dots = (mark: Point["mark"]) =>
    points
      .filter((one) => one.mark === mark)
      .map((one) => shape(mark, x(one.at), y(one.value), crowded ? 0.65 : 1))
      .join(" ");
  return (
    <>
      <Scale values={values} times={times} x={x} y={y} width={width} height={height} band={band} />
      <polyline className="plot-line" points={points.map((one) => `${x(one.at)},${y(one.value)}`).join(" ")} />
      {LOOKS.map((mark) =>
        crowded && !mark ? null : <path key={mark ?? "plain"} className="plot-mark" data-mark={mark} d={dots(mark)} />,
      )}
    </>
  );
});

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Up for high, down for low, a filled square for critical, a dot for all is well: shapes that need no colour. */
function shape(mark: Point["mark"], x: number, y: number, scale: number): string {
  const r = (mark ? 5.5 : 3.25) * scale;
  if (mark === "high") return `M${x - r},${y + r * 0.8} L${x + r},${y + r * 0.8} L${x},${y - r} Z`;
  if (mark === "low") return `M${x - r},${y - r * 0.8} L${x + r},${y - r * 0.8} L${x},${y + r} Z`;
  if (mark === "critical") return `M${x - r},${y - r} h${2 * r} v${2 * r} h${-2 * r} Z`;
  return `M${x - r},${y} a${r},${r} 0 1,0 ${2 * r},0 a${r},${r} 0 1,0 ${-2 * r},0 Z`;
}

interface ScaleProps {
  readonly values: Range;
  readonly times: Range;
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

const TABLED = 50;

function PlotTable({ name, unit, points }: { name: string; unit: string; points: readonly Point[] }): ReactElement {
  return (
    <Table
      caption={name}
      rows={points.toReversed()}
      limit={TABLED}
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
