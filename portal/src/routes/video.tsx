/** Video visits: staff beside the chart, patients by themselves; whoever is in one stays in it on other pages. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { Navigate, useParams, useSearchParams } from "react-router";
import { ChartPage } from "../features/chart/index.ts";
import { PatientVisit, StaffVisit, VisitsPage } from "../features/telehealth/index.ts";
import { useSession } from "../session/index.ts";
import { FOR_STAFF } from "./desk.tsx";

/** Who waits and who comes today; a patient's visits stand with their appointments. */
export const VideoVisits = (): ReactElement =>
  useSession().isPatientFace ? <Navigate to="/appointments" replace /> : <VisitsPage />;

export function VideoVisit(): ReactElement {
  const { visit = "" } = useParams();
  return useSession().isPatientFace ? <PatientVisit key={visit} visit={visit} /> : <BesideTheChart key={visit} />;
}

function BesideTheChart(): ReactElement {
  const { visit = "", section = "", item = "" } = useParams();
  const admits = useAdmits();
  const client = useQueryClient();
  const begun = useCallback(() => {
    void client.invalidateQueries({ queryKey: ["chart"] });
    void client.invalidateQueries({ queryKey: ["visit"] });
  }, [client]);
  return (
    <StaffVisit
      visit={visit}
      admits={admits}
      onBegun={begun}
      chart={(patient) => (
        <ChartPage
          key={patient}
          patientId={patient}
          section={section}
          item={item}
          base={`/visits/${visit}`}
          fittings={FOR_STAFF}
        />
      )}
    />
  );
}

/** Whether one came to let somebody in; once, so that a page that is loaded anew does not do so again. */
function useAdmits(): boolean {
  const [query, setQuery] = useSearchParams();
  const [admits] = useState(() => query.has("admit"));
  useEffect(() => {
    if (query.has("admit")) setQuery({}, { replace: true });
  }, [query, setQuery]);
  return admits;
}
