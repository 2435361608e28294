/** Medicines, results and documents in a chart: their sections, and the tools one writes with beside them. */
import type { Encounter, Observation } from "fhir/r4";
import { ClipboardCheck, FlaskConical, Pill } from "lucide-react";
import { lazy, type ReactElement } from "react";
import type { Desk, Fittings } from "../features/chart/index.ts";
import { Readings } from "../features/chart/sections/Readings.tsx";
import { held } from "../features/chart/useChart.ts";
import { currentVisit } from "../features/visit/state.ts";
import { t } from "../i18n/index.ts";
import { Late } from "./Late.tsx";

type Sections = NonNullable<Fittings["sections"]>;
type Tools = NonNullable<Fittings["tools"]>;

const medicines = () => import("../features/medicines/index.ts");
const results = () => import("../features/results/index.ts");
const MedicinesSection = lazy(async () => ({ default: (await medicines()).MedicinesSection }));
const MyMedicines = lazy(async () => ({ default: (await medicines()).MyMedicines }));
const PrescribePanel = lazy(async () => ({ default: (await medicines()).PrescribePanel }));
const Reconcile = lazy(async () => ({ default: (await medicines()).Reconcile }));
const ResultsSection = lazy(async () => ({ default: (await results()).ResultsSection }));
const OrdersSection = lazy(async () => ({ default: (await results()).OrdersSection }));
const MyResults = lazy(async () => ({ default: (await results()).MyResults }));
const OrderPanel = lazy(async () => ({ default: (await results()).OrderPanel }));
const DocumentsSection = lazy(async () => ({
  default: (await import("../features/documents/index.ts")).DocumentsSection,
}));

const whose = ({ patient }: Desk): string => patient.id ?? "";

/** The visit one works on, if there is one: what is ordered now belongs to it. */
const visitOf = ({ chart }: Desk): string => currentVisit(held<Encounter>(chart, "visits", "Encounter"))?.id ?? "";

/** All measurements over time, below the reports they came in: some came in none. */
function Course({ desk }: { desk: Desk }): ReactElement | null {
  const observations = held<Observation>(desk.chart, "results", "Observation");
  if (observations.length === 0) return null;
  return (
    <Readings
      title={t("results.course")}
      observations={observations}
      empty={t("results.noResults")}
      icon={FlaskConical}
    />
  );
}

export const TREATMENT: Sections = [
  {
    path: "medicines",
    word: "chart.medicines",
    may: "MedicationRequest.search-type",
    show: (desk) => (
      <Late>
        <MedicinesSection
          patientId={whose(desk)}
          onPrescribe={() => desk.open("prescribe")}
          onChange={(prescription) => desk.open("prescribe", prescription)}
          onReconcile={() => desk.open("reconcile")}
        />
      </Late>
    ),
  },
  {
    path: "results",
    word: "chart.results",
    part: "results",
    show: (desk) => (
      <>
        <Late>
          <ResultsSection patientId={whose(desk)} />
        </Late>
        <Course desk={desk} />
      </>
    ),
  },
  {
    path: "orders",
    word: "results.orders",
    may: "ServiceRequest.search-type",
    after: "results",
    show: (desk) => (
      <Late>
        <OrdersSection patientId={whose(desk)} onOrder={() => desk.open("order")} />
      </Late>
    ),
  },
  {
    path: "documents",
    word: "chart.documents",
    show: (desk) => (
      <Late>
        <DocumentsSection patientId={whose(desk)} />
      </Late>
    ),
  },
];

export const OWN_TREATMENT: Sections = [
  {
    path: "medicines",
    word: "chart.medicines",
    plain: "record.medicines",
    show: (desk) => (
      <Late>
        <MyMedicines patientId={whose(desk)} />
      </Late>
    ),
  },
  {
    path: "results",
    word: "chart.results",
    plain: "record.results",
    part: "results",
    show: (desk) => (
      <>
        <Late>
          <MyResults patientId={whose(desk)} />
        </Late>
        <Course desk={desk} />
      </>
    ),
  },
  {
    path: "documents",
    word: "chart.documents",
    plain: "record.documents",
    show: (desk) => (
      <Late>
        <DocumentsSection patientId={whose(desk)} plain />
      </Late>
    ),
  },
];

export const TREATMENT_TOOLS: Tools = [
  {
    name: "prescribe",
    word: "medicines.prescribe",
    icon: Pill,
    sections: ["", "medicines"],
    may: "MedicationRequest.create",
    show: (desk, prescription) => (
      <Late>
        <PrescribePanel
          patientId={whose(desk)}
          encounter={visitOf(desk)}
          prescription={prescription}
          onClose={desk.close}
          onSigned={() => void desk.refresh()}
        />
      </Late>
    ),
  },
  {
    name: "reconcile",
    word: "medicines.reconcile",
    icon: ClipboardCheck,
    sections: [],
    may: "MedicationStatement.create",
    show: (desk) => (
      <Late>
        <Reconcile
          patientId={whose(desk)}
          encounter={visitOf(desk)}
          onClose={desk.close}
          onSaved={() => void desk.refresh()}
        />
      </Late>
    ),
  },
  {
    name: "order",
    word: "results.order",
    icon: FlaskConical,
    sections: ["", "results", "orders"],
    may: "ServiceRequest.create",
    show: (desk) => (
      <Late>
        <OrderPanel
          patientId={whose(desk)}
          encounter={visitOf(desk) || undefined}
          onClose={desk.close}
          onOrdered={() => void desk.refresh()}
        />
      </Late>
    ),
  },
];
