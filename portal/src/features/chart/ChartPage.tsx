import type { AllergyIntolerance } from "fhir/r4";
import { type ReactElement, useEffect, useRef } from "react";
import { Link } from "react-aria-components";
import { FhirFault } from "../../fhir/fault.ts";
import { listName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import { Card, ErrorState, Skeleton } from "../../ui/index.ts";
import { PatientBanner } from "./PatientBanner.tsx";
import { SECTIONS, type Section, SectionBody } from "./sections.tsx";
import { type Chart, held, refusal, useChart } from "./useChart.ts";
import "./ChartPage.css";

export interface ChartPageProps {
  readonly patientId: string;
  /** The section's path; empty is the summary. */
  readonly section: string;
  /** Where the chart lives; its sections' addresses begin with it. */
  readonly base: string;
  /** The patient's own face: plain names, and no section that only staff can use. */
  readonly plain?: boolean;
  /** Tells the shell whom the page is about, for its list of recent patients. */
  readonly onOpened?: (id: string, name: string) => void;
}

/** A patient's chart: banner above, sections at the side, one section in the middle. */
export function ChartPage({ patientId, section, base, plain = false, onOpened }: ChartPageProps): ReactElement {
  const { data, error, isPending, refetch } = useChart(patientId);
  const name = data && listName(data.patient.name);
  useEffect(() => {
    if (name) onOpened?.(patientId, name);
  }, [patientId, name, onOpened]);

  if (isPending) return <Opening />;
  if (error) return <Unopened error={error} onRetry={() => void refetch()} />;
  return <Opened chart={data} section={section} base={base} plain={plain} />;
}

interface OpenedProps extends Required<Pick<ChartPageProps, "section" | "base" | "plain">> {
  readonly chart: Chart;
}

function Opened({ chart, section, base, plain }: OpenedProps): ReactElement {
  const sections = SECTIONS.filter((one) => !plain || one.plain || one.path === "");
  const current = sections.find((one) => one.path === section) ?? sections[0];
  const nameOf = (one: Section) => t((plain && one.plain) || one.word);
  const nav = useShownCurrent(current?.path);
  return (
    <div className="chart">
      <PatientBanner
        patient={chart.patient}
        allergies={held<AllergyIntolerance>(chart, "allergies", "AllergyIntolerance")}
        allergiesHidden={refusal(chart, "allergies") !== undefined}
      />
      <nav ref={nav} className="chart-sections" aria-label={t("chart.sections")}>
        {sections.map((one) => (
          <Link
            key={one.path}
            href={one.path ? `${base}/${one.path}` : base}
            className="chart-section"
            {...(one === current && { "aria-current": "page" as const })}
          >
            {nameOf(one)}
          </Link>
        ))}
      </nav>
      {current && (
        <div className="chart-body">
          <h2 className="visually-hidden">{nameOf(current)}</h2>
          {plain && section === "results" && <p>{t("record.resultsHint")}</p>}
          <SectionBody section={current} chart={chart} base={base} />
        </div>
      )}
    </div>
  );
}

/** On a phone the sections run in a line: the one that is open is brought into sight. */
function useShownCurrent(path: string | undefined) {
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another section is another link
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return nav;
}

function Opening(): ReactElement {
  return (
    <div className="chart">
      <Card>
        <Skeleton lines={2} />
      </Card>
      <div className="chart-sections" />
      <div className="chart-body">
        <Card>
          <Skeleton lines={8} />
        </Card>
      </div>
    </div>
  );
}

function Unopened({ error, onRetry }: { error: Error; onRetry: () => void }): ReactElement {
  const fault = error instanceof FhirFault ? error : undefined;
  if (fault && [403, 404, 410].includes(fault.status))
    return (
      <ErrorState isPage title={t("chart.notFound")}>
        {t("chart.notFoundHint")}
      </ErrorState>
    );
  return (
    <ErrorState isPage title={t("chart.failed")} requestId={fault?.requestId} onRetry={onRetry}>
      {t("chart.failedHint")}
    </ErrorState>
  );
}
