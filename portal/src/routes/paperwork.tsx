/** Forms: their section of a chart, the tools one sends and reviews them with, and pages that need their address. */
import { useQueryClient } from "@tanstack/react-query";
import type { Encounter } from "fhir/r4";
import { ClipboardCheck, ClipboardList, ClipboardPen } from "lucide-react";
import { lazy, type ReactElement } from "react";
import { useNavigate, useParams } from "react-router";
import type { Desk, Fittings } from "../features/chart/index.ts";
import { held } from "../features/chart/useChart.ts";
import { currentVisit } from "../features/visit/state.ts";
import { Late } from "./Late.tsx";

const forms = () => import("../features/forms/index.ts");
const BuilderPage = lazy(async () => ({ default: (await forms()).BuilderPage }));
const FillPage = lazy(async () => ({ default: (await forms()).FillPage }));
const FormsSection = lazy(async () => ({ default: (await forms()).FormsSection }));
const ReviewTool = lazy(async () => ({ default: (await forms()).ReviewTool }));
const SendTool = lazy(async () => ({ default: (await forms()).SendTool }));
const SentPage = lazy(async () => ({ default: (await forms()).SentPage }));
const TakeDownTool = lazy(async () => ({ default: (await forms()).TakeDownTool }));

const whose = ({ patient }: Desk): string => patient.id ?? "";

/** After something was sent or filed: the forms and the chart are read anew. */
function useFiled(desk: Desk): () => void {
  const client = useQueryClient();
  return () => {
    void desk.refresh();
    void client.invalidateQueries({ queryKey: ["forms"] });
  };
}

function Sending({ desk }: { desk: Desk }): ReactElement {
  const filed = useFiled(desk);
  return (
    <Late>
      <SendTool
        patientId={whose(desk)}
        onClose={desk.close}
        onSent={filed}
        onFillHere={(form) => desk.open("take-down", form)}
      />
    </Late>
  );
}

function TakingDown({ desk, form }: { desk: Desk; form: string }): ReactElement {
  const filed = useFiled(desk);
  return (
    <Late>
      <TakeDownTool
        patientId={whose(desk)}
        encounterId={currentVisit(held<Encounter>(desk.chart, "visits", "Encounter"))?.id}
        form={form}
        onClose={desk.close}
        onDone={(response) => {
          filed();
          desk.open("review-form", response);
        }}
      />
    </Late>
  );
}

function Reviewing({ desk, response }: { desk: Desk; response: string }): ReactElement {
  const filed = useFiled(desk);
  return (
    <Late>
      <ReviewTool response={response} onClose={desk.close} onReviewed={filed} />
    </Late>
  );
}

export const FORMS: NonNullable<Fittings["sections"]> = [
  {
    path: "forms",
    word: "forms.section",
    may: "QuestionnaireResponse.search-type",
    after: "documents",
    show: (desk) => (
      <Late>
        <FormsSection patientId={whose(desk)} onReview={(response) => desk.open("review-form", response)} />
      </Late>
    ),
  },
];

export const FORM_TOOLS: NonNullable<Fittings["tools"]> = [
  {
    name: "send-form",
    word: "forms.sendTo",
    icon: ClipboardList,
    sections: ["forms"],
    may: "Task.create",
    show: (desk) => <Sending desk={desk} />,
  },
  {
    name: "take-down",
    word: "forms.fillHere",
    icon: ClipboardPen,
    sections: [],
    show: (desk, form) => <TakingDown desk={desk} form={form} />,
  },
  {
    name: "review-form",
    word: "forms.reviewDo",
    icon: ClipboardCheck,
    sections: [],
    show: (desk, response) => <Reviewing desk={desk} response={response} />,
  },
];

/** A form being made or changed. */
export function FormBuilder(): ReactElement {
  const { id = "" } = useParams();
  const navigate = useNavigate();
  return (
    <BuilderPage
      key={id}
      id={id === "new" ? "" : id}
      onMade={(made) => navigate(`/forms/${made}`, { replace: true })}
    />
  );
}

/** A form that a patient fills in. */
export function FormFilling(): ReactElement {
  const { task = "" } = useParams();
  const navigate = useNavigate();
  return <FillPage key={task} task={task} onLeave={() => navigate("/my-forms")} />;
}

/** A form that a patient has sent. */
export function FormSent(): ReactElement {
  const { response = "" } = useParams();
  return <SentPage response={response} />;
}
