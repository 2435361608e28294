import type { Observation } from "fhir/r4";
import { Activity, type LucideIcon } from "lucide-react";
import { type ReactElement, useState } from "react";
import { type Series, seriesOf, valueText, whenOf } from "../../../fhir/findings.ts";
import { dayText, momentText, newestFirst } from "../../../fhir/moments.ts";
import { conceptText, numberText } from "../../../fhir/words.ts";
import { t } from "../../../i18n/index.ts";
import { Card, type Column, EmptyState, LineChart, Sparkline, Table } from "../../../ui/index.ts";
import { bandOf, plotted, ReadingFlag, seriesRangeText } from "../Reading.tsx";
import { useWholeSeries } from "../useWholeSeries.ts";
import "./Readings.css";

export interface ReadingsProps {
  readonly title: string;
  readonly observations: readonly Observation[];
  readonly empty: string;
  readonly icon?: LucideIcon;
  /** The patient, where the chart holds only the newest observations: the one that is plotted is fetched whole. */
  readonly partialOf?: string | undefined;
}

/** Measurements: the latest of each with its trend; choosing one plots it against its expected range. */
export function Readings({ title, observations, empty, icon = Activity, partialOf }: ReadingsProps): ReactElement {
  const series = seriesOf(observations);
  const [chosen, choose] = useState<string | undefined>(undefined);
  const near = series.find((one) => one.key === chosen) ?? longest(series);
  const shown = useWholeSeries(partialOf ?? "", near, partialOf !== undefined) ?? near;
  const worded = newestFirst(observations.filter(isWorded), whenOf);
  if (series.length === 0 && worded.length === 0)
    return (
      <Card>
        <EmptyState icon={icon} title={empty}>
          {t("chart.emptyHint")}
        </EmptyState>
      </Card>
    );
  return (
    <div className="readings">
      {shown && (
        <Card>
          <LineChart
            key={shown.key}
            name={shown.title}
            unit={shown.unit}
            points={plotted(shown.points)}
            band={bandOf(shown.range)}
          />
        </Card>
      )}
      {series.length > 0 && (
        <Card title={title} note={t("chart.count", { count: series.length })} flush>
          <Table
            caption={title}
            columns={columns(shown?.key, choose).filter((one) => one.id !== "range" || series.some((it) => it.range))}
            rows={latestFirst(series)}
            rowKey={(it) => it.key}
          />
        </Card>
      )}
      {worded.length > 0 && (
        <Card title={t("chart.kind")} flush>
          <Table caption={t("chart.kind")} columns={wordedColumns()} rows={worded} rowKey={(it) => it.id ?? ""} />
        </Card>
      )}
    </div>
  );
}

const wordedColumns = (): readonly Column<Observation>[] => [
  { id: "test", label: t("chart.test"), cell: (it) => conceptText(it.code) },
  { id: "value", label: t("chart.value"), cell: valueText },
  { id: "date", label: t("chart.date"), cell: (it) => momentText(whenOf(it)) },
];

/** Answers in words: a coded or written result, not a number and not made of numbers. */
const isWorded = (it: Observation): boolean => !it.valueQuantity && !it.component?.length && valueText(it) !== "";

const latestFirst = (series: readonly Series[]): Series[] =>
  [...series].sort((a, b) => (b.points.at(-1)?.at ?? 0) - (a.points.at(-1)?.at ?? 0) || a.title.localeCompare(b.title));

const longest = (series: readonly Series[]): Series | undefined =>
  [...series].sort((a, b) => b.points.length - a.points.length)[0];

function columns(shown: string | undefined, choose: (key: string) => void): readonly Column<Series>[] {
  return [
    {
      id: "test",
      label: t("chart.test"),
      sort: (it) => it.title,
      cell: (it) => (
        <button type="button" className="reading-name" aria-pressed={it.key === shown} onClick={() => choose(it.key)}>
          {it.title}
        </button>
      ),
    },
    { id: "value", label: t("chart.value"), align: "end", cell: (it) => <Latest series={it} /> },
    { id: "range", label: t("chart.range"), align: "end", cell: seriesRangeText },
    {
      id: "trend",
      label: t("chart.trend"),
      cell: (it) => <Sparkline points={plotted(it.points)} band={bandOf(it.range)} />,
    },
    {
      id: "date",
      label: t("chart.date"),
      sort: (it) => it.points.at(-1)?.at ?? 0,
      cell: (it) => dayText(new Date(it.points.at(-1)?.at ?? 0).toISOString()),
    },
  ];
}

/** A series' latest value with its unit and, outside the range, its letter. */
export function Latest({ series }: { series: Series }): ReactElement {
  const last = series.points.at(-1);
  return (
    <span className="reading-value">
      <ReadingFlag flag={last?.flag} />
      <span className="nowrap tabular strong">{last ? numberText(last.value) : ""}</span>{" "}
      <span className="muted">{series.unit}</span>
    </span>
  );
}
