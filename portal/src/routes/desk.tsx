/**
 * The desk: which features stand in a chart, and which panel is open beside it.
 *
 * Features are strangers to each other, so they meet here. A section's body and a panel are given the chart and `open`,
 * by which they ask for another panel; one panel is open at a time and stays so while sections change.
 */
import { type ReactElement, useState } from "react";
import type { Chart, ChartPageProps } from "../features/chart/index.ts";

/** A panel beside the chart, and what it is about: a draft's name, the medicine to be changed. */
export interface Open {
  readonly panel: string;
  readonly about?: string | undefined;
}

export interface Desk {
  readonly patientId: string;
  /** Where the chart lives; its sections' addresses begin with it. */
  readonly base: string;
  readonly isOwn: boolean;
  readonly open: (panel: string, about?: string) => void;
  readonly close: () => void;
}

type Body = (chart: Chart, desk: Desk) => ReactElement;
type Panel = (chart: Chart, desk: Desk, about: string | undefined) => ReactElement;

/** Sections whose bodies are other features'. */
const BODIES: Readonly<Record<string, Body>> = {};

/** Panels that open beside the chart. */
const PANELS: Readonly<Record<string, Panel>> = {};

/** What `ChartPage` takes from the desk. */
export function useDesk(patientId: string, base: string, isOwn: boolean): Pick<ChartPageProps, "bodies" | "workspace"> {
  const [now, setNow] = useState<Open | null>(null);
  const desk: Desk = {
    patientId,
    base,
    isOwn,
    open: (panel, about) => setNow({ panel, about }),
    close: () => setNow(null),
  };
  const bodies = Object.fromEntries(
    Object.entries(BODIES).map(([path, body]) => [path, (chart: Chart) => body(chart, desk)]),
  );
  const panel = now && PANELS[now.panel];
  return { bodies, workspace: panel ? (chart) => panel(chart, desk, now.about) : undefined };
}
