import type { AllergyIntolerance } from "fhir/r4";
import { type ReactElement, useEffect } from "react";
import { Link } from "react-aria-components";
import { FhirFault } from "../../fhir/fault.ts";
import { listName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import { Card, ErrorState, Skeleton } from "../../ui/index.ts";
import { PatientBanner } from "./PatientBanner.tsx";
import { SECTIONS, SectionBody } from "./sections.tsx";
import { type Chart, held, refusal, useChart } from "./useChart.ts";
import "./ChartPage.css";

export interface ChartPageProps {
  readonly patientId: string;
  /** The section's path; empty is the summary. */
  readonly section: string;
  /** Tells the shell whom the page is about, for its list of recent patients. */
  readonly onOpened?: (id: string, name: string) => void;
}

/** A patient's chart: banner above, sections at the side, one section in the middle. */
export function ChartPage({ patientId, section, onOpened }: ChartPageProps): ReactElement {
  const { data, error, isPending, refetch } = useChart(patientId);
  const name = data && listName(data.patient.name);
  useEffect(() => {
    if (name) onOpened?.(patientId, name);
  }, [patientId, name, onOpened]);

  if (isPending) return <Opening />;
  if (error) return <Unopened error={error} onRetry={() => void refetch()} />;
  return <Opened chart={data} section={section} base={`/patients/${patientId}`} />;
}

function Opened({ chart, section, base }: { chart: Chart; section: string; base: string }): ReactElement {
  const current = SECTIONS.find((one) => one.path === section) ?? SECTIONS[0];
  return (
    <div className="chart">
      <PatientBanner
        patient={chart.patient}
        allergies={held<AllergyIntolerance>(chart, "allergies", "AllergyIntolerance")}
        allergiesHidden={refusal(chart, "allergies") !== undefined}
      />
      <nav className="chart-sections" aria-label={t("chart.sections")}>
        {SECTIONS.map((one) => (
          <Link
            key={one.path}
            href={one.path ? `${base}/${one.path}` : base}
            className="chart-section"
            {...(one === current && { "aria-current": "page" as const })}
          >
            {t(one.word)}
          </Link>
        ))}
      </nav>
      {current && (
        <div className="chart-body">
          <h2 className="visually-hidden">{t(current.word)}</h2>
          <SectionBody section={current} chart={chart} base={base} />
        </div>
      )}
    </div>
  );
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
    return <ErrorState title={t("chart.notFound")}>{t("chart.notFoundHint")}</ErrorState>;
  return (
    <ErrorState title={t("chart.failed")} requestId={fault?.requestId} onRetry={onRetry}>
      {t("chart.failedHint")}
    </ErrorState>
  );
}
