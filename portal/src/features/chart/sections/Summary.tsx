import type { Appointment, Condition, MedicationRequest, Observation } from "fhir/r4";
import { ArrowRight } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { type Series, seriesOf } from "../../../fhir/findings.ts";
import { dayText, momentText, newestFirst } from "../../../fhir/moments.ts";
import { tallMan } from "../../../fhir/tallman.ts";
import { conceptText } from "../../../fhir/words.ts";
import { t } from "../../../i18n/index.ts";
import { ButtonLink, Card, Sparkline } from "../../../ui/index.ts";
import { dosageText, inReadingOrder, isActiveProblem, isCurrentMedicine, medicineName, onsetOf } from "../clinical.ts";
import { Part } from "../Part.tsx";
import type { Part as PartName } from "../parts.ts";
import { bandOf, plotted } from "../Reading.tsx";
import { type Chart, held, refusal } from "../useChart.ts";
import { Latest } from "./Readings.tsx";
import "./Summary.css";

const SHOWN = 8;
const SOON = 3;

/** What a clinician needs before opening the door, on one screen. */
export function Summary({ chart, base, plain }: { chart: Chart; base: string; plain: boolean }): ReactElement {
  const problems = newestFirst(held<Condition>(chart, "conditions", "Condition").filter(isActiveProblem), onsetOf);
  const medicines = held<MedicationRequest>(chart, "medicines", "MedicationRequest").filter(isCurrentMedicine);
  const vitals = inReadingOrder(seriesOf(held<Observation>(chart, "vitals", "Observation")));
  const results = held<Observation>(chart, "results", "Observation");
  const outside = seriesOf(results).filter((one) => isOutside(one));
  return (
    <div className="summary">
      <Tile
        chart={chart}
        part="conditions"
        title={t(plain ? "record.problems" : "chart.problems")}
        more={`${base}/problems`}
        count={problems.length}
      >
        <Lines
          empty={t("chart.noProblems")}
          lines={problems.slice(0, SHOWN).map((it) => ({
            key: it.id ?? "",
            text: conceptText(it.code),
            aside: onsetOf(it) ? t("chart.sinceDate", { date: dayText(onsetOf(it)) }) : "",
          }))}
        />
      </Tile>
      <Tile
        chart={chart}
        part="medicines"
        title={t(plain ? "record.medicines" : "chart.medicines")}
        more={`${base}/medicines`}
        count={medicines.length}
      >
        <Lines
          empty={t("chart.noMedicines")}
          lines={medicines.slice(0, SHOWN).map((it) => ({
            key: it.id ?? "",
            text: plain ? medicineName(it) : tallMan(medicineName(it)),
            under: dosageText(it.dosageInstruction),
          }))}
        />
      </Tile>
      <Tile
        chart={chart}
        part="vitals"
        title={t(plain ? "record.vitals" : "chart.latestVitals")}
        all={t(plain ? "record.vitals" : "chart.vitals")}
        more={`${base}/vitals`}
        count={vitals.length}
      >
        <Trends empty={t("chart.noVitals")} series={vitals} />
      </Tile>
      <Tile
        chart={chart}
        part="results"
        title={t(plain ? "record.results" : "chart.newResults")}
        all={t(plain ? "record.results" : "chart.results")}
        more={`${base}/results`}
        count={results.length}
        note={outside.length > 0 ? t("chart.outOfRange", { count: outside.length }) : ""}
      >
        <Trends
          empty={t("chart.noResults")}
          series={[...outside, ...seriesOf(results).filter((one) => !isOutside(one))]}
        />
      </Tile>
      <Tile chart={chart} part="appointments" title={t("chart.nextAppointments")}>
        <Lines
          empty={t("chart.noAppointments")}
          lines={held<Appointment>(chart, "appointments", "Appointment")
            .filter((it) => it.status !== "cancelled" && it.status !== "entered-in-error")
            .slice(0, SOON)
            .map((it) => ({
              key: it.id ?? "",
              text: momentText(it.start),
              under: it.description || conceptText(it.serviceType?.[0]),
            }))}
        />
      </Tile>
    </div>
  );
}

function isOutside(series: Series): boolean {
  const flag = series.points.at(-1)?.flag;
  return flag !== undefined && flag !== "N";
}

interface TileProps {
  readonly chart: Chart;
  readonly part: PartName;
  readonly title: string;
  readonly children: ReactNode;
  /** The section's address, and its name. */
  readonly more?: string;
  readonly all?: string;
  readonly count?: number;
  readonly note?: string;
}

function Tile({ chart, part, title, children, more, all = title, count = 0, note }: TileProps): ReactElement {
  return (
    <Card
      title={title}
      note={note}
      actions={
        more &&
        count > 0 && (
          <ButtonLink kind="quiet" size="small" href={more} icon={ArrowRight}>
            {t("chart.all", { section: all.toLocaleLowerCase() })}
          </ButtonLink>
        )
      }
    >
      <Part fault={refusal(chart, part)}>{children}</Part>
    </Card>
  );
}

interface Line {
  readonly key: string;
  readonly text: string;
  readonly aside?: string;
  readonly under?: string;
}

function Lines({ lines, empty }: { lines: readonly Line[]; empty: string }): ReactElement {
  if (lines.length === 0) return <p className="muted">{empty}</p>;
  return (
    <ul className="summary-lines">
      {lines.map((line) => (
        <li key={line.key}>
          <span className="strong">{line.text}</span>
          {line.aside && <span className="muted small nowrap">{line.aside}</span>}
          {line.under && <span className="muted small summary-under">{line.under}</span>}
        </li>
      ))}
    </ul>
  );
}

function Trends({ series, empty }: { series: readonly Series[]; empty: string }): ReactElement {
  if (series.length === 0) return <p className="muted">{empty}</p>;
  return (
    <ul className="summary-trends">
      {series.slice(0, SHOWN).map((one) => (
        <li key={one.key}>
          <span className="summary-name">{one.title}</span>
          <Latest series={one} />
          <Sparkline points={plotted(one.points)} band={bandOf(one.range)} />
          <span className="muted small nowrap">{dayText(new Date(one.points.at(-1)?.at ?? 0).toISOString())}</span>
        </li>
      ))}
    </ul>
  );
}
