import type { ReactElement, ReactNode } from "react";
import { t } from "../../i18n/index.ts";
import { type Column, showDay, Table } from "../../ui/index.ts";
import type { PatientLine } from "./lookup.ts";

const SEX = {
  male: "patients.male",
  female: "patients.female",
  other: "patients.other",
  unknown: "patients.unknown",
} as const;

const columns = (): readonly Column<PatientLine>[] => [
  {
    id: "name",
    label: t("patients.name"),
    cell: (it) => <span className="strong">{it.name}</span>,
    sort: (it) => it.name,
  },
  {
    id: "born",
    label: t("patients.born"),
    cell: (it) => <span className="nowrap">{showDay(it.birthDate ?? "")}</span>,
    sort: (it) => it.birthDate ?? "",
  },
  { id: "sex", label: t("patients.sex"), cell: (it) => t(SEX[(it.gender ?? "unknown") as keyof typeof SEX]) },
  { id: "number", label: t("patients.number"), cell: (it) => <span className="nowrap">{it.identifier ?? ""}</span> },
];

export interface PatientLinesProps {
  readonly caption: string;
  readonly patients: readonly PatientLine[];
  readonly empty?: ReactNode;
}

/** Patients to choose from, told apart by birth date, sex and number. */
export function PatientLines({ caption, patients, empty }: PatientLinesProps): ReactElement {
  return (
    <Table
      caption={caption}
      columns={columns()}
      rows={patients}
      rowKey={(it) => it.id}
      rowHref={(it) => `/patients/${it.id}`}
      empty={empty}
    />
  );
}
