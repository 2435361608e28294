import { lazy, type ReactElement } from "react";
import { useParams } from "react-router";
import { useSession } from "../session/index.ts";

const HomePage = lazy(async () => ({ default: (await import("../features/home/index.ts")).HomePage }));
const TodayPage = lazy(async () => ({ default: (await import("../features/today/index.ts")).TodayPage }));

/** The first page: a patient's home, or the day of those who work here. */
export function Start(): ReactElement {
  const { day } = useParams();
  return useSession().isPatientFace ? <HomePage /> : <TodayPage {...(day && { day })} />;
}
