import type { ReactElement } from "react";
import { Badge, Card, type Column, LineChart, type Point, Sparkline, Table } from "../../ui/index.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 12, 8, 30);
const BAND = { low: 60, high: 90 };

const VALUES = [72, 78, 84, 96, 101, 88, 81, 58, 64, 71, 76, 74];
const POINTS: readonly Point[] = VALUES.map((value, week) => ({
  at: START + week * 7 * DAY,
  value,
  text: value.toFixed(1),
  ...(value > 100 && { mark: "critical" as const, note: "HH far above" }),
  ...(value > 90 && value <= 100 && { mark: "high" as const, note: "H above" }),
  ...(value < 60 && { mark: "low" as const, note: "L below" }),
}));

interface Sample {
  readonly name: string;
  readonly count: number;
  readonly state: "open" | "done";
}

const ROWS: readonly Sample[] = [
  { name: "Beta", count: 1200, state: "open" },
  { name: "alpha", count: 7, state: "done" },
  { name: "Ångström", count: 42, state: "open" },
  { name: "gamma", count: 311, state: "done" },
];

const COLUMNS: readonly Column<Sample>[] = [
  { id: "name", label: "Name", cell: (row) => row.name, sort: (row) => row.name },
  {
    id: "state",
    label: "State",
    cell: (row) => <Badge tone={row.state === "done" ? "success" : "neutral"}>{row.state}</Badge>,
  },
  { id: "trend", label: "Trend", cell: () => <Sparkline points={POINTS} band={BAND} /> },
  { id: "count", label: "Count", align: "end", cell: (row) => row.count, sort: (row) => row.count },
];

export function Plots(): ReactElement {
  return (
    <div className="stack">
      <Card title="Plot">
        <LineChart name="Sample" unit="units" points={POINTS} band={BAND} />
      </Card>
      <Card title="Plot without a band, one point">
        <LineChart name="Single" unit="units" points={POINTS.slice(0, 1)} height={140} />
      </Card>
      <Card title="Table" flush>
        <Table caption="Samples" columns={COLUMNS} rows={ROWS} rowKey={(row) => row.name} rowHref={() => "/gallery"} />
      </Card>
    </div>
  );
}
