/** Pages that need something of their address. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useCallback } from "react";
import { Navigate, useNavigate, useParams } from "react-router";
import { ChartPage } from "../features/chart/index.ts";
import { UnmatchedPage } from "../features/documents/index.ts";
import { AmendmentPage } from "../features/own/index.ts";
import { PatientField, RECENT_KEY, RegisterPage } from "../features/patients/index.ts";
import { InboxPage } from "../features/results/index.ts";
import { SharedChartPage } from "../features/sharing/index.ts";
import { useSession } from "../session/index.ts";
import { FOR_PATIENTS, FOR_STAFF } from "./desk.tsx";

export function PatientChart(): ReactElement {
  const { id = "", section = "", item = "" } = useParams();
  const client = useQueryClient();
  const opened = useCallback(() => void client.invalidateQueries({ queryKey: RECENT_KEY }), [client]);
  return (
    <ChartPage
      key={id}
      patientId={id}
      section={section}
      item={item}
      base={`/patients/${id}`}
      fittings={FOR_STAFF}
      onOpened={opened}
    />
  );
}

/** One's own record, or that of the patient one acts for. */
export function OwnRecord(): ReactElement {
  const { patient } = useSession();
  const { section = "", item = "" } = useParams();
  if (!patient) return <Navigate to="/" replace />;
  return (
    <ChartPage
      key={patient}
      patientId={patient}
      section={section}
      item={item}
      base="/record"
      plain
      fittings={FOR_PATIENTS}
    />
  );
}

export function Registration(): ReactElement {
  const navigate = useNavigate();
  return <RegisterPage onRegistered={(id) => navigate(`/patients/${id}`)} />;
}

export const ResultsInbox = (): ReactElement => (
  <InboxPage picker={(value, onChange) => <PatientField value={value} onChange={onChange} />} />
);

export const UnmatchedDocuments = (): ReactElement => (
  <UnmatchedPage picker={(value, onChange) => <PatientField value={value} onChange={onChange} />} />
);

export function SharedChart(): ReactElement {
  const { share = "" } = useParams();
  return <SharedChartPage key={share} share={share} />;
}

export function Amendment(): ReactElement {
  const { id = "" } = useParams();
  return <AmendmentPage key={id} id={id} />;
}
