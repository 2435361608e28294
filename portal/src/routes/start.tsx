import { lazy, type ReactElement } from "react";
import { Navigate, useParams } from "react-router";
import { useSession } from "../session/index.ts";
import { placesFor } from "./places.ts";

const HomePage = lazy(async () => ({ default: (await import("../features/home/index.ts")).HomePage }));
const Today = lazy(async () => ({ default: (await import("./today.tsx")).Today }));

/** The first page: a patient's home, the day of those who see patients, and for the others the first place they may go. */
export function Start(): ReactElement {
  const { day } = useParams();
  const session = useSession();
  if (session.isPatientFace) return <HomePage />;
  const [first] = placesFor(session, false);
  if (first && first.path !== "/") return <Navigate to={first.path} replace />;
  return <Today day={day} />;
}
