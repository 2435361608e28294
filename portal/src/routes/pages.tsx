/** Pages that need something of their address. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useCallback } from "react";
import { Navigate, useNavigate, useParams } from "react-router";
import { ChartPage, type ChartPageProps } from "../features/chart/index.ts";
import { RECENT_KEY, RegisterPage } from "../features/patients/index.ts";
import { useSession } from "../session/index.ts";
import { useDesk } from "./desk.tsx";

export function PatientChart(): ReactElement {
  const { id = "", section = "" } = useParams();
  const client = useQueryClient();
  const opened = useCallback(() => void client.invalidateQueries({ queryKey: RECENT_KEY }), [client]);
  return <Staffed key={id} id={id} section={section} onOpened={opened} />;
}

function Staffed({ id, section, onOpened }: { id: string; section: string } & Pick<ChartPageProps, "onOpened">) {
  const base = `/patients/${id}`;
  const desk = useDesk(id, base, false);
  return <ChartPage patientId={id} section={section} base={base} {...desk} {...(onOpened && { onOpened })} />;
}

/** One's own record, or that of the patient one acts for. */
export function OwnRecord(): ReactElement {
  const { patient } = useSession();
  const { section = "" } = useParams();
  if (!patient) return <Navigate to="/" replace />;
  return <Own key={patient} id={patient} section={section} />;
}

function Own({ id, section }: { id: string; section: string }): ReactElement {
  const desk = useDesk(id, "/record", true);
  return <ChartPage patientId={id} section={section} base="/record" plain {...desk} />;
}

export function Registration(): ReactElement {
  const navigate = useNavigate();
  return <RegisterPage onRegistered={(id) => navigate(`/patients/${id}`)} />;
}
