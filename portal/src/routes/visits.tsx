/** Visits, notes and what is recorded in them: their sections of a chart, and the tools one writes with beside it. */
import { useQueryClient } from "@tanstack/react-query";
import type { AllergyIntolerance, Condition, Encounter, Observation } from "fhir/r4";
import { Activity, HeartPulse, NotebookPen, Scissors, ShieldAlert, Stethoscope, Syringe } from "lucide-react";
import { lazy, type ReactElement, Suspense } from "react";
import { useNavigate } from "react-router";
import { allergyState, isActiveProblem } from "../features/chart/clinical.ts";
import type { Desk, Fittings } from "../features/chart/index.ts";
import { Problems } from "../features/chart/sections/Problems.tsx";
import { held } from "../features/chart/useChart.ts";
import { currentVisit } from "../features/visit/state.ts";
import { VisitBar } from "../features/visit/VisitBar.tsx";
import { ageInYears } from "../fhir/moments.ts";
import { conceptText } from "../fhir/words.ts";
import { useSession } from "../session/index.ts";
import { Late } from "./Late.tsx";

type Sections = NonNullable<Fittings["sections"]>;
type Tools = NonNullable<Fittings["tools"]>;

const visit = () => import("../features/visit/index.ts");
const AddendumTool = lazy(async () => ({ default: (await visit()).AddendumTool }));
const AllergyTool = lazy(async () => ({ default: (await visit()).AllergyTool }));
const ImmunizationTool = lazy(async () => ({ default: (await visit()).ImmunizationTool }));
const NotesSection = lazy(async () => ({ default: (await visit()).NotesSection }));
const NoteTool = lazy(async () => ({ default: (await visit()).NoteTool }));
const OpenTool = lazy(async () => ({ default: (await visit()).OpenTool }));
const ProblemStatus = lazy(async () => ({ default: (await visit()).ProblemStatus }));
const ProblemTool = lazy(async () => ({ default: (await visit()).ProblemTool }));
const ProcedureTool = lazy(async () => ({ default: (await visit()).ProcedureTool }));
const VisitList = lazy(async () => ({ default: (await visit()).VisitList }));
const VisitPage = lazy(async () => ({ default: (await visit()).VisitPage }));
const VitalsTool = lazy(async () => ({ default: (await visit()).VitalsTool }));

const WRITE = "Encounter.update";
const GROWN = 12;

const whose = ({ patient }: Desk): string => patient.id ?? "";
const encounters = ({ chart }: Desk): Encounter[] => held<Encounter>(chart, "visits", "Encounter");
const isAsked = ({ chart }: Desk): boolean =>
  allergyState(held<AllergyIntolerance>(chart, "allergies", "AllergyIntolerance")) !== "not-asked";

/** The visit a tool writes into: the one it was opened for, else the one under way. */
const visitOf = (desk: Desk, subject = ""): string | undefined =>
  subject.startsWith("Encounter/") ? subject.slice("Encounter/".length) : currentVisit(encounters(desk))?.id;

/** After something was written: the chart and the visit are read anew. */
function useWritten(desk: Desk): () => void {
  const client = useQueryClient();
  return () => {
    void desk.refresh();
    void client.invalidateQueries({ queryKey: ["visit"] });
    void client.invalidateQueries({ queryKey: ["notes", whose(desk)] });
  };
}

function Visits({ desk }: { desk: Desk }): ReactElement {
  const { may } = useSession();
  const written = useWritten(desk);
  return (
    <Late>
      {desk.item ? (
        <VisitPage
          key={desk.item}
          patientId={whose(desk)}
          encounterId={desk.item}
          back={`${desk.base}/visits`}
          mayWrite={may(WRITE)}
          mayOrder={may("ServiceRequest.create")}
          allergiesAsked={isAsked(desk)}
          onOpen={desk.open}
          onSaved={written}
        />
      ) : (
        <VisitList encounters={encounters(desk)} base={desk.base} />
      )}
    </Late>
  );
}

/** The problem list, each with its end or its return for those who keep it. */
function ProblemList({ desk }: { desk: Desk }): ReactElement {
  const { may } = useSession();
  const written = useWritten(desk);
  return (
    <Problems
      conditions={held<Condition>(desk.chart, "conditions", "Condition")}
      {...(may("Condition.update") && {
        actions: (it: Condition) => (
          <Suspense fallback={null}>
            <ProblemStatus
              problem={it.id ?? ""}
              name={conceptText(it.code)}
              isActive={isActiveProblem(it)}
              onSaved={written}
            />
          </Suspense>
        ),
      })}
    />
  );
}

export const VISITS: Sections = [
  { path: "problems", word: "chart.problems", part: "conditions", show: (desk) => <ProblemList desk={desk} /> },
  { path: "visits", word: "chart.visits", part: "visits", show: (desk) => <Visits desk={desk} /> },
  {
    path: "notes",
    word: "visit.notes",
    may: "DocumentReference.search-type",
    after: "visits",
    show: (desk) => (
      <Late>
        <NotesSection patientId={whose(desk)} onAddendum={(note) => desk.open("addendum", note)} />
      </Late>
    ),
  },
];

export const OWN_VISITS: Sections = [
  {
    path: "visits",
    word: "chart.visits",
    plain: "record.visits",
    part: "visits",
    show: (desk) => (
      <Late>
        <VisitList encounters={encounters(desk)} />
      </Late>
    ),
  },
];

/** What every tool is told, and what happens when it has written. */
function Written({ desk, show }: { desk: Desk; show: (written: () => void) => ReactElement }): ReactElement {
  const written = useWritten(desk);
  return <Late>{show(written)}</Late>;
}

function Opening({ desk }: { desk: Desk }): ReactElement {
  const navigate = useNavigate();
  const written = useWritten(desk);
  return (
    <Late>
      <OpenTool
        patientId={whose(desk)}
        onClose={desk.close}
        onOpened={(id) => {
          written();
          navigate(`${desk.base}/visits/${id}`);
        }}
      />
    </Late>
  );
}

export const VISIT_TOOLS: Tools = [
  {
    name: "open-visit",
    word: "visit.startNew",
    icon: Stethoscope,
    sections: ["visits"],
    may: WRITE,
    show: (desk) => <Opening desk={desk} />,
  },
  {
    name: "note",
    word: "visit.note",
    icon: NotebookPen,
    sections: [],
    may: WRITE,
    show: (desk, subject) => (
      <Written
        desk={desk}
        show={(written) => (
          <NoteTool
            patientId={whose(desk)}
            encounterId={visitOf(desk, subject) ?? ""}
            onClose={desk.close}
            onSaved={written}
            onAddendum={(note) => desk.open("addendum", note)}
          />
        )}
      />
    ),
  },
  {
    name: "addendum",
    word: "visit.addAddendum",
    icon: NotebookPen,
    sections: [],
    may: WRITE,
    show: (desk, note) => (
      <Written
        desk={desk}
        show={(written) => (
          <AddendumTool patientId={whose(desk)} noteId={note} onClose={desk.close} onSaved={written} />
        )}
      />
    ),
  },
  {
    name: "vitals",
    word: "visit.takeVitals",
    icon: Activity,
    sections: ["vitals"],
    may: "Observation.create",
    show: (desk, subject) => (
      <Written
        desk={desk}
        show={(written) => (
          <VitalsTool
            patientId={whose(desk)}
            encounterId={visitOf(desk, subject)}
            isGrown={(ageInYears(desk.patient.birthDate) ?? GROWN) >= GROWN}
            observations={held<Observation>(desk.chart, "vitals", "Observation")}
            onClose={desk.close}
            onSaved={written}
          />
        )}
      />
    ),
  },
  {
    name: "problem",
    word: "visit.addProblem",
    icon: HeartPulse,
    sections: ["problems"],
    may: "Condition.create",
    show: (desk, subject) => (
      <Written
        desk={desk}
        show={(written) => <ProblemTool {...about(desk, subject)} onClose={desk.close} onSaved={written} />}
      />
    ),
  },
  {
    name: "allergy",
    word: "visit.addAllergy",
    icon: ShieldAlert,
    sections: ["allergies"],
    may: "AllergyIntolerance.create",
    show: (desk, subject) => (
      <Written
        desk={desk}
        show={(written) => (
          <AllergyTool {...about(desk, subject)} mayBeNone={!isAsked(desk)} onClose={desk.close} onSaved={written} />
        )}
      />
    ),
  },
  {
    name: "immunization",
    word: "visit.addImmunization",
    icon: Syringe,
    sections: ["immunizations"],
    may: "Immunization.create",
    show: (desk, subject) => (
      <Written
        desk={desk}
        show={(written) => <ImmunizationTool {...about(desk, subject)} onClose={desk.close} onSaved={written} />}
      />
    ),
  },
  {
    name: "procedure",
    word: "visit.addProcedure",
    icon: Scissors,
    sections: ["procedures"],
    may: "Procedure.create",
    show: (desk, subject) => (
      <Written
        desk={desk}
        show={(written) => <ProcedureTool {...about(desk, subject)} onClose={desk.close} onSaved={written} />}
      />
    ),
  },
];

const about = (desk: Desk, subject: string) => ({ patientId: whose(desk), encounterId: visitOf(desk, subject) });

/** The visit under way, above every section. */
export function VisitLine({ desk }: { desk: Desk }): ReactElement {
  const { may } = useSession();
  return (
    <VisitBar
      encounters={encounters(desk)}
      base={desk.base}
      openId={desk.item}
      mayWrite={may(WRITE)}
      onNote={(id) => desk.open("note", `Encounter/${id}`)}
      onVitals={(id) => desk.open("vitals", `Encounter/${id}`)}
      onPrescribe={may("MedicationRequest.create") ? () => desk.open("prescribe") : undefined}
    />
  );
}
