import { type KeyboardEvent, type PointerEvent, type ReactElement, useMemo, useRef, useState } from "react";
import { t } from "../i18n/index.ts";
import { Button } from "./Button.tsx";
import { type Line, lineOf, top } from "./course.ts";
import { showMoment, showTime } from "./dates.ts";
import { place, ticks } from "./plot.ts";
import { Table } from "./Table.tsx";
import { useWidth } from "./useWidth.ts";
import "./Plot.css";

export interface CourseChartProps {
  readonly name: string;
  /** When each step began, in milliseconds; evenly apart. */
  readonly at: readonly number[];
  /** At most three; told apart by their dashes as well as their colour. */
  readonly lines: readonly Line[];
  /** How a value is written, with its unit. */
  readonly show: (value: number) => string;
  readonly height?: number;
  /** The least that the scale reaches to, so that a quiet hour does not look like a storm. */
  readonly least?: number;
}

const INSET = { top: 8, end: 8, bottom: 20, start: 46 } as const;

/** How something went, step by step: gaps where nobody measured, a reading by pointer and arrow keys, a table behind. */
export function CourseChart({ name, at, lines, show, height = 128, least = 0 }: CourseChartProps): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const [asked, setAsked] = useState(Number.POSITIVE_INFINITY);
  const chosen = Math.min(asked, at.length - 1);
  const moment = at[chosen];
  return (
    <figure className="plot course">
      <figcaption className="plot-head">
        <span className="plot-name">{name}</span>
        {moment !== undefined && <span className="muted course-when">{showTime(moment)}</span>}
        <Button kind="quiet" size="small" aria-label={`${name}: ${word(asTable)}`} onPress={() => setAsTable(!asTable)}>
          {word(asTable)}
        </Button>
      </figcaption>
      {asTable ? (
        <CourseTable name={name} at={at} lines={lines} show={show} />
      ) : (
        <>
          <CourseGraph
            name={name}
            at={at}
            lines={lines}
            show={show}
            height={height}
            least={least}
            chosen={chosen}
            onChoose={setAsked}
          />
          <p className="course-legend">
            {lines.map((line, index) => (
              <span key={line.name} className="course-key">
                <svg width="22" height="8" aria-hidden="true">
                  <line className="course-line" data-look={index} x1="0" x2="22" y1="4" y2="4" />
                </svg>
                {line.name} <strong>{read(line.values[chosen], show)}</strong>
              </span>
            ))}
          </p>
        </>
      )}
    </figure>
  );
}

const LONG_MS = 12 * 3_600_000;

const word = (asTable: boolean): string => (asTable ? t("ui.chartGraph") : t("ui.chartTable"));

const read = (value: number | null | undefined, show: (value: number) => string): string =>
  value === null || value === undefined ? "–" : show(value);

interface GraphProps extends Required<CourseChartProps> {
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

function CourseGraph({ name, at, lines, show, height, least, chosen, onChoose }: GraphProps): ReactElement {
  const frame = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const last = at.length - 1;
  const values = useMemo(() => ({ from: 0, to: top(lines, least) }), [lines, least]);
  const x = (index: number): number => place(index, { from: 0, to: Math.max(1, last) }, INSET.start, width - INSET.end);
  const y = (value: number): number => place(value, values, height - INSET.bottom, INSET.top);
  const when = (at[last] ?? 0) - (at[0] ?? 0) > LONG_MS ? showMoment : showTime;
  const summary = `${name}. ${lines.map((line) => `${line.name}: ${read(line.values[last], show)}`).join("; ")}`;

  function point(event: PointerEvent<SVGSVGElement>): void {
    const across = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const index = place(across, { from: INSET.start, to: width - INSET.end }, 0, last);
    onChoose(Math.max(0, Math.min(last, Math.round(index))));
  }

  function step(event: KeyboardEvent): void {
    const by: Record<string, number> = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, Home: 0, End: last };
    const next = by[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(Math.max(0, Math.min(next, last)));
  }

  return (
    <svg
      ref={frame}
      className="plot-frame"
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={summary}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the steps
      tabIndex={0}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => onChoose(Number.POSITIVE_INFINITY)}
      onKeyDown={step}
    >
      {ticks(values).map((value) => (
        <g key={value}>
          <line className="plot-grid" x1={INSET.start} x2={width - INSET.end} y1={y(value)} y2={y(value)} />
          <text className="plot-label" x={INSET.start - 6} y={y(value)} dy="0.32em" textAnchor="end">
            {show(value)}
          </text>
        </g>
      ))}
      {[0, last].map((index) => (
        <text key={index} className="plot-label" x={x(index)} y={height - 4} textAnchor={index === 0 ? "start" : "end"}>
          {when(at[index] ?? 0)}
        </text>
      ))}
      {lines.map((line, index) => (
        <path key={line.name} className="course-line" data-look={index} d={lineOf(line.values, x, y)} />
      ))}
      {chosen < last && (
        <line className="course-cursor" x1={x(chosen)} x2={x(chosen)} y1={INSET.top} y2={height - INSET.bottom} />
      )}
    </svg>
  );
}

const TABLED = 30;

function CourseTable({ name, at, lines, show }: Omit<CourseChartProps, "height" | "least">): ReactElement {
  const rows = at.map((moment, index) => ({ moment, index })).toReversed();
  return (
    <Table
      caption={name}
      rows={rows}
      limit={TABLED}
      rowKey={(row) => String(row.moment)}
      columns={[
        { id: "when", label: t("ui.chartWhen"), cell: (row) => showMoment(row.moment) },
        ...lines.map((line) => ({
          id: line.name,
          label: line.name,
          align: "end" as const,
          cell: (row: { index: number }) => read(line.values[row.index], show),
        })),
      ]}
    />
  );
}
