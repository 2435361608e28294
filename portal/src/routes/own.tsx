/** What patients do for themselves, and what the desk does about it, in a chart. */
import { PencilLine } from "lucide-react";
import { lazy } from "react";
import type { Fittings } from "../features/chart/index.ts";
import { happenings } from "../features/chart/timeline.ts";
import { spokenName } from "../fhir/names.ts";
import { Late } from "./Late.tsx";

const own = () => import("../features/own/index.ts");
const AccessSection = lazy(async () => ({ default: (await own()).AccessSection }));
const AccountingSection = lazy(async () => ({
  default: (await import("../features/sharing/index.ts")).AccountingSection,
}));
const CorrectPanel = lazy(async () => ({ default: (await own()).CorrectPanel }));

export const ACCESS: NonNullable<Fittings["sections"]> = [
  {
    path: "access",
    word: "access.title",
    may: "RelatedPerson.create",
    show: ({ patient }) => (
      <Late>
        <AccessSection
          patient={patient.id ?? ""}
          name={spokenName(patient.name)}
          email={patient.telecom?.find((one) => one.system === "email")?.value ?? ""}
        />
      </Late>
    ),
  },
];

export const DISCLOSING: NonNullable<Fittings["sections"]> = [
  {
    path: "disclosures",
    word: "disclosures.section",
    may: "RelatedPerson.create",
    show: ({ patient }) => (
      <Late>
        <AccountingSection patient={patient.id ?? ""} />
      </Late>
    ),
  },
];

export const CORRECTING: NonNullable<Fittings["tools"]> = [
  {
    name: "correct",
    word: "corrections.ask",
    icon: PencilLine,
    sections: ["", "problems", "medicines", "visits", "immunizations", "documents"],
    show: ({ chart, patient, close }) => (
      <Late>
        <CorrectPanel patient={patient.id ?? ""} items={happenings(chart)} onClose={close} />
      </Late>
    ),
  },
];
