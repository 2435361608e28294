import type { AllergyIntolerance, Patient } from "fhir/r4";
import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-aria-components";
import { FhirFault } from "../../fhir/fault.ts";
import { listName } from "../../fhir/names.ts";
import { idOf } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Banner, Button, ButtonLink, Card, ErrorState, Skeleton } from "../../ui/index.ts";
import { arranged, type Desk, type Fittings, type Section, type Tool } from "./fittings.ts";
import { PatientBanner } from "./PatientBanner.tsx";
import { SECTIONS, SectionBody } from "./sections.tsx";
import { held, refusal, useChart } from "./useChart.ts";
import "./ChartPage.css";

export interface ChartPageProps {
  readonly patientId: string;
  /** The section's path; empty is the summary. */
  readonly section: string;
  /** What the address names within the section. */
  readonly item?: string;
  /** Where the chart lives; its sections' addresses begin with it. */
  readonly base: string;
  /** The patient's own face: plain names, and no section that only staff can use. */
  readonly plain?: boolean;
  /** What features add: sections, tools to write with. */
  readonly fittings?: Fittings;
  /** Tells the shell whom the page is about, for its list of recent patients. */
  readonly onOpened?: (id: string, name: string) => void;
}

const NOTHING: Fittings = {};

/** A patient's chart: banner above, sections at the side, one section in the middle, what one writes with on the right. */
export function ChartPage(props: ChartPageProps): ReactElement {
  const { patientId, section, item = "", base, plain = false, fittings = NOTHING, onOpened } = props;
  const { data, error, isPending, refetch } = useChart(patientId);
  const [opened, setOpened] = useState<OpenTool | null>(null);
  const name = data && listName(data.patient.name);
  useEffect(() => {
    if (name) onOpened?.(patientId, name);
  }, [patientId, name, onOpened]);
  const desk = useMemo<Desk | undefined>(
    () =>
      data && {
        chart: data,
        patient: data.patient,
        base,
        plain,
        item,
        open: (tool, subject = "") => setOpened({ tool, subject }),
        close: () => setOpened(null),
        refresh: async () => void (await refetch()),
      },
    [data, base, plain, item, refetch],
  );

  if (isPending) return <Opening />;
  // A chart that is open stays open when reading it anew fails.
  if (!desk) return <Unopened error={error ?? new Error()} onRetry={() => void refetch()} />;
  return <Opened desk={desk} section={section} fittings={fittings} opened={opened} />;
}

interface OpenTool {
  readonly tool: string;
  readonly subject: string;
}

interface OpenedProps {
  readonly desk: Desk;
  readonly section: string;
  readonly fittings: Fittings;
  readonly opened: OpenTool | null;
}

function Opened({ desk, section, fittings, opened }: OpenedProps): ReactElement {
  const { chart, base, plain } = desk;
  const { may, role } = useSession();
  const sections = arranged(SECTIONS, fittings.sections ?? [], may, plain);
  const tools = (fittings.tools ?? []).filter(
    (one) => (!one.may || may(one.may)) && (!one.roles || one.roles.includes(role)),
  );
  const current = sections.find((one) => one.path === section) ?? sections[0];
  const tool = tools.find((one) => one.name === opened?.tool);
  const nameOf = (one: Section) => t((plain && one.plain) || one.word);
  const nav = useShownCurrent(current?.path);
  const head = useMeasuredHead();
  return (
    <div className="chart" data-writing={tool ? "" : undefined}>
      <div ref={head} className="chart-head">
        <PatientBanner
          patient={chart.patient}
          allergies={held<AllergyIntolerance>(chart, "allergies", "AllergyIntolerance")}
          allergiesHidden={refusal(chart, "allergies") !== undefined}
        />
        <Merged patient={chart.patient} base={base} />
        {fittings.above?.(desk)}
      </div>
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
          {!desk.item && <Offered tools={tools.filter((one) => one.sections.includes(current.path))} desk={desk} />}
          <SectionBody section={current} desk={desk} />
        </div>
      )}
      {tool && opened && (
        <div className="chart-workspace">
          <p className="chart-whose">{listName(chart.patient.name)}</p>
          <div key={`${opened.tool} ${opened.subject}`} className="chart-tool">
            {tool.show(desk, opened.subject)}
          </div>
        </div>
      )}
    </div>
  );
}

/** A record that was merged says where its person's record is now. */
function Merged({ patient, base }: { patient: Patient; base: string }): ReactElement | null {
  const other = patient.link?.find((one) => one.type === "replaced-by")?.other;
  const id = idOf(other, "Patient");
  if (!id) return null;
  return (
    <Banner
      tone="warning"
      title={t("chart.merged")}
      actions={
        base.startsWith("/patients/") && (
          <ButtonLink size="small" href={`/patients/${id}`}>
            {t("chart.mergedOpen")}
          </ButtonLink>
        )
      }
    >
      {t("chart.mergedHint")}
    </Banner>
  );
}

/** The tools that a section offers, as buttons above it. */
function Offered({ tools, desk }: { tools: readonly Tool[]; desk: Desk }): ReactElement | null {
  if (tools.length === 0) return null;
  return (
    <div className="chart-tools row">
      {tools.map((one) => (
        <Button key={one.name} size="small" icon={one.icon} onPress={() => desk.open(one.name)}>
          {t(one.word)}
        </Button>
      ))}
    </div>
  );
}

/** The head stays in sight at whatever height; what scrolls below it is told where it ends. */
function useMeasuredHead() {
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = head;
    if (!current || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      current.parentElement?.style.setProperty("--chart-head", `${current.offsetHeight}px`);
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return head;
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
