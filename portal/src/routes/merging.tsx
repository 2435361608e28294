/** Two records of one person: found from a chart, compared at an address of their own. */
import { GitMerge } from "lucide-react";
import { lazy, type ReactElement, Suspense } from "react";
import { useParams } from "react-router";
import type { Fittings } from "../features/chart/index.ts";
import { Skeleton } from "../ui/index.ts";

const MergePage = lazy(async () => ({ default: (await import("../features/merge/index.ts")).MergePage }));
const DuplicatesTool = lazy(async () => ({ default: (await import("../features/patients/index.ts")).DuplicatesTool }));

export const MERGE_TOOLS: NonNullable<Fittings["tools"]> = [
  {
    name: "duplicates",
    word: "patients.findAlike",
    icon: GitMerge,
    sections: ["person"],
    roles: ["front-desk", "administrator"],
    show: ({ patient, close }) => (
      <Suspense fallback={<Skeleton lines={6} />}>
        <DuplicatesTool
          patient={patient}
          compareHref={(other) => `/merges/${patient.id ?? ""}/${other}`}
          onClose={close}
        />
      </Suspense>
    ),
  },
];

/** Two records compared and put together. */
export function Merging(): ReactElement {
  const { keep = "", drop = "" } = useParams();
  return <MergePage key={`${keep} ${drop}`} keep={keep} drop={drop} swapHref={`/merges/${drop}/${keep}`} />;
}
