/** The plain lists of a chart: visits, immunizations, documents. */
import type { DocumentReference, Encounter, Immunization } from "fhir/r4";
import { FileText, Stethoscope, Syringe } from "lucide-react";
import type { ReactElement } from "react";
import { dayText, moment, momentText } from "../../../fhir/moments.ts";
import { conceptText, quantityText } from "../../../fhir/words.ts";
import { t } from "../../../i18n/index.ts";
import { Card, type Column, EmptyState, Table } from "../../../ui/index.ts";

const visitColumns = (): readonly Column<Encounter>[] => [
  {
    id: "date",
    label: t("chart.date"),
    cell: (it) => <span className="nowrap">{momentText(it.period?.start)}</span>,
    sort: (it) => moment(it.period?.start) || 0,
  },
  {
    id: "kind",
    label: t("chart.kind"),
    cell: (it) => <span className="strong">{conceptText(it.type?.[0]) || it.class.display || it.class.code}</span>,
  },
  { id: "reason", label: t("chart.reason"), cell: (it) => (it.reasonCode ?? []).map(conceptText).join(", ") },
  { id: "with", label: t("chart.with"), cell: (it) => it.participant?.[0]?.individual?.display ?? "" },
  {
    id: "where",
    label: t("chart.where"),
    cell: (it) => it.serviceProvider?.display ?? it.location?.[0]?.location.display ?? "",
  },
];

const immunizationColumns = (): readonly Column<Immunization>[] => [
  {
    id: "vaccine",
    label: t("chart.vaccine"),
    cell: (it) => <span className="strong">{conceptText(it.vaccineCode)}</span>,
  },
  {
    id: "date",
    label: t("chart.date"),
    cell: (it) => <span className="nowrap">{dayText(it.occurrenceDateTime)}</span>,
    sort: (it) => moment(it.occurrenceDateTime) || 0,
  },
  { id: "dose", label: t("chart.dose"), cell: (it) => quantityText(it.doseQuantity) },
  { id: "lot", label: t("chart.lot"), cell: (it) => it.lotNumber ?? "" },
];

const documentColumns = (): readonly Column<DocumentReference>[] => [
  { id: "title", label: t("chart.title"), cell: (it) => <DocumentTitle document={it} /> },
  { id: "kind", label: t("chart.kind"), cell: (it) => conceptText(it.type) },
  {
    id: "date",
    label: t("chart.date"),
    cell: (it) => <span className="nowrap">{dayText(it.date)}</span>,
    sort: (it) => moment(it.date) || 0,
  },
  { id: "by", label: t("chart.by"), cell: (it) => it.author?.[0]?.display ?? "" },
];

function DocumentTitle({ document }: { document: DocumentReference }): ReactElement {
  const attachment = document.content[0]?.attachment;
  const title = attachment?.title || document.description || conceptText(document.type);
  const href = attachment?.url?.startsWith("Binary/") ? `/fhir/R4/${attachment.url}` : undefined;
  if (!href) return <span className="strong">{title}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" aria-label={t("chart.open", { title })}>
      {title}
    </a>
  );
}

export function Visits({ encounters }: { encounters: readonly Encounter[] }): ReactElement {
  return (
    <Card title={t("chart.visits")} note={t("chart.count", { count: encounters.length })} flush>
      <Table
        caption={t("chart.visits")}
        columns={visitColumns()}
        rows={encounters}
        rowKey={(it) => it.id ?? ""}
        empty={<EmptyState icon={Stethoscope} title={t("chart.noVisits")} />}
      />
    </Card>
  );
}

export function Immunizations({ immunizations }: { immunizations: readonly Immunization[] }): ReactElement {
  return (
    <Card title={t("chart.immunizations")} note={t("chart.count", { count: immunizations.length })} flush>
      <Table
        caption={t("chart.immunizations")}
        columns={immunizationColumns()}
        rows={immunizations.filter((it) => it.status === "completed")}
        rowKey={(it) => it.id ?? ""}
        empty={<EmptyState icon={Syringe} title={t("chart.noImmunizations")} />}
      />
    </Card>
  );
}

export function Documents({ documents }: { documents: readonly DocumentReference[] }): ReactElement {
  return (
    <Card title={t("chart.documents")} note={t("chart.count", { count: documents.length })} flush>
      <Table
        caption={t("chart.documents")}
        columns={documentColumns()}
        rows={documents.filter((it) => it.status !== "entered-in-error")}
        rowKey={(it) => it.id ?? ""}
        empty={<EmptyState icon={FileText} title={t("chart.noDocuments")} />}
      />
    </Card>
  );
}
