/** A patient's conversations, as a section of the chart. */
import { lazy, Suspense } from "react";
import type { Fittings } from "../features/chart/index.ts";
import { Card, Skeleton } from "../ui/index.ts";

const ThreadsSection = lazy(async () => ({
  default: (await import("../features/messages/index.ts")).ThreadsSection,
}));

export const CONVERSATIONS: NonNullable<Fittings["sections"]> = [
  {
    path: "messages",
    word: "messages.title",
    may: "Communication.search-type",
    after: "documents",
    show: ({ patient }) => (
      <Suspense
        fallback={
          <Card>
            <Skeleton lines={4} />
          </Card>
        }
      >
        <ThreadsSection patientId={patient.id ?? ""} />
      </Suspense>
    ),
  },
];
