/** The sections of a chart: their order, their names, what each is made of. */
import type {
  AllergyIntolerance,
  Condition,
  DocumentReference,
  Encounter,
  Immunization,
  MedicationRequest,
  Observation,
} from "fhir/r4";
import { FlaskConical } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button } from "../../ui/index.ts";
import type { Desk, Section } from "./fittings.ts";
import { Part } from "./Part.tsx";
import type { Part as PartName } from "./parts.ts";
import { Allergies } from "./sections/Allergies.tsx";
import { Documents, Immunizations, Visits } from "./sections/Lists.tsx";
import { Medicines } from "./sections/Medicines.tsx";
import { Person } from "./sections/Person.tsx";
import { Problems } from "./sections/Problems.tsx";
import { Readings } from "./sections/Readings.tsx";
import { Summary } from "./sections/Summary.tsx";
import { Timeline } from "./sections/Timeline.tsx";
import { type Chart, hasOlder, held, refusal, useOlder } from "./useChart.ts";

export const SECTIONS: readonly Section[] = [
  {
    path: "",
    word: "chart.summary",
    show: ({ chart, base, plain }) => <Summary chart={chart} base={base} plain={plain} />,
  },
  { path: "timeline", word: "chart.timeline", show: ({ chart }) => <Timeline chart={chart} /> },
  {
    path: "problems",
    word: "chart.problems",
    plain: "record.problems",
    part: "conditions",
    show: ({ chart }) => <Problems conditions={held<Condition>(chart, "conditions", "Condition")} />,
  },
  {
    path: "medicines",
    word: "chart.medicines",
    plain: "record.medicines",
    part: "medicines",
    show: ({ chart }) => <Medicines requests={held<MedicationRequest>(chart, "medicines", "MedicationRequest")} />,
  },
  {
    path: "allergies",
    word: "chart.allergies",
    plain: "record.allergies",
    part: "allergies",
    show: ({ chart }) => <Allergies allergies={held<AllergyIntolerance>(chart, "allergies", "AllergyIntolerance")} />,
  },
  {
    path: "vitals",
    word: "chart.vitals",
    plain: "record.vitals",
    part: "vitals",
    show: ({ chart }) => (
      <Readings
        title={t("chart.vitals")}
        observations={held<Observation>(chart, "vitals", "Observation")}
        empty={t("chart.noVitals")}
        partialOf={hasOlder(chart, "vitals") ? chart.patient.id : undefined}
      />
    ),
  },
  {
    path: "results",
    word: "chart.results",
    plain: "record.results",
    part: "results",
    show: ({ chart }) => (
      <Readings
        title={t("chart.results")}
        observations={held<Observation>(chart, "results", "Observation")}
        empty={t("chart.noResults")}
        icon={FlaskConical}
      />
    ),
  },
  {
    path: "visits",
    word: "chart.visits",
    plain: "record.visits",
    part: "visits",
    show: ({ chart }) => <Visits encounters={held<Encounter>(chart, "visits", "Encounter")} />,
  },
  {
    path: "immunizations",
    word: "chart.immunizations",
    plain: "record.immunizations",
    part: "immunizations",
    show: ({ chart }) => <Immunizations immunizations={held<Immunization>(chart, "immunizations", "Immunization")} />,
  },
  {
    path: "documents",
    word: "chart.documents",
    plain: "record.documents",
    part: "documents",
    show: ({ chart }) => <Documents documents={held<DocumentReference>(chart, "documents", "DocumentReference")} />,
  },
  { path: "person", word: "chart.details", show: ({ chart }) => <Person chart={chart} /> },
];

/** A section's content, or why it cannot be shown; what lies further back is fetched when somebody asks for it. */
export function SectionBody({ section, desk }: { section: Section; desk: Desk }): ReactElement {
  const { chart } = desk;
  return (
    <>
      <Part fault={section.part && refusal(chart, section.part)}>{section.show(desk)}</Part>
      {section.part && hasOlder(chart, section.part) && <Older chart={chart} part={section.part} />}
    </>
  );
}

function Older({ chart, part }: { chart: Chart; part: PartName }): ReactElement {
  const older = useOlder(chart.patient.id ?? "", part);
  return (
    <div className="row">
      <Button onPress={() => older.mutate(chart)} isPending={older.isPending}>
        {t("chart.older")}
      </Button>
      {older.isError && <span role="alert">{t("chart.partFailed")}</span>}
    </div>
  );
}
