import type { Encounter } from "fhir/r4";
import { FileDown, Stethoscope } from "lucide-react";
import type { ReactElement } from "react";
import { moment, momentText } from "../../fhir/moments.ts";
import { visitKind } from "../../fhir/visits.ts";
import { t } from "../../i18n/index.ts";
import { Badge, ButtonLink, Card, type Column, EmptyState, Table } from "../../ui/index.ts";
import { summaryHref } from "./api.ts";
import { currentVisit, reasonOf, seenBy, TONE } from "./state.ts";

export interface VisitListProps {
  readonly encounters: readonly Encounter[];
  /** The chart's address; the patient's own list has no pages behind it. */
  readonly base?: string;
}

/** Visits, newest first; each leads to what was written and recorded in it. */
export function VisitList({ encounters, base }: VisitListProps): ReactElement {
  const now = currentVisit(encounters)?.id;
  return (
    <Card title={t("chart.visits")} note={t("chart.count", { count: encounters.length })} flush>
      <Table
        caption={t("chart.visits")}
        columns={base ? columns(now) : [...columns(now), paper()]}
        rows={encounters}
        rowKey={(it) => it.id ?? ""}
        limit={50}
        {...(base && { rowHref: (it: Encounter) => `${base}/visits/${it.id}` })}
        empty={<EmptyState icon={Stethoscope} title={t("chart.noVisits")} />}
      />
    </Card>
  );
}

const columns = (now: string | undefined): readonly Column<Encounter>[] => [
  {
    id: "date",
    label: t("chart.date"),
    cell: (it) => <span className="nowrap">{momentText(it.period?.start)}</span>,
    sort: (it) => moment(it.period?.start) || 0,
  },
  {
    id: "kind",
    label: t("chart.kind"),
    cell: visitKind,
  },
  { id: "reason", label: t("chart.reason"), cell: reasonOf },
  { id: "with", label: t("chart.with"), cell: (it) => <span className="nowrap">{seenBy(it)}</span> },
  {
    id: "state",
    label: t("chart.status"),
    cell: (it) =>
      it.id === now ? (
        <Badge tone={TONE[it.status]}>{t(`visit.state.${it.status}`)}</Badge>
      ) : (
        <span className="muted">{t(`visit.state.${it.status}`)}</span>
      ),
  },
];

const paper = (): Column<Encounter> => ({
  id: "paper",
  label: t("chart.summary"),
  cell: (it) =>
    it.status === "finished" && (
      <ButtonLink
        size="small"
        kind="quiet"
        icon={FileDown}
        href={summaryHref(it.id ?? "")}
        target="_blank"
        rel="noopener"
        aria-label={t("visit.summaryOf", { date: momentText(it.period?.start) })}
      >
        <span className="nowrap">{t("visit.summary")}</span>
      </ButtonLink>
    ),
});
