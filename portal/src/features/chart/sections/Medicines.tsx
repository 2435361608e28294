import type { MedicationRequest } from "fhir/r4";
import { Pill } from "lucide-react";
import type { ReactElement } from "react";
import { dayText, moment, newestFirst } from "../../../fhir/moments.ts";
import { t } from "../../../i18n/index.ts";
import { Card, type Column, EmptyState, Table } from "../../../ui/index.ts";
import { dosageText, isCurrentMedicine, medicineName } from "../clinical.ts";

const columns = (): readonly Column<MedicationRequest>[] => [
  {
    id: "medicine",
    label: t("chart.medicine"),
    cell: (it) => <span className="strong">{medicineName(it)}</span>,
    sort: medicineName,
  },
  { id: "dosage", label: t("chart.dosage"), cell: (it) => dosageText(it.dosageInstruction) },
  {
    id: "prescribed",
    label: t("chart.prescribed"),
    cell: (it) => <span className="nowrap">{dayText(it.authoredOn)}</span>,
    sort: (it) => moment(it.authoredOn) || 0,
  },
  { id: "by", label: t("chart.by"), cell: (it) => it.requester?.display ?? "" },
];

/** What the patient is meant to take, apart from what they no longer do. */
export function Medicines({ requests }: { requests: readonly MedicationRequest[] }): ReactElement {
  const sorted = newestFirst(requests, (it) => it.authoredOn);
  const current = sorted.filter(isCurrentMedicine);
  const past = sorted.filter((it) => !isCurrentMedicine(it));
  return (
    <>
      <Card title={t("chart.current")} note={t("chart.count", { count: current.length })} flush>
        <Table
          caption={t("chart.current")}
          columns={columns()}
          rows={current}
          rowKey={(it) => it.id ?? ""}
          empty={<EmptyState icon={Pill} title={t("chart.noMedicines")} />}
        />
      </Card>
      {past.length > 0 && (
        <Card title={t("chart.stopped")} note={t("chart.count", { count: past.length })} flush>
          <Table caption={t("chart.stopped")} columns={columns()} rows={past} rowKey={(it) => it.id ?? ""} />
        </Card>
      )}
    </>
  );
}
