/** A wish to let a clinic read, as the form keeps it, and what it still lacks. */
import { t } from "../../i18n/index.ts";
import type { Mistake } from "../../ui/index.ts";
import type { Part } from "./parts.ts";

export type Span = "month" | "quarter" | "year" | "day";

export interface Draft {
  readonly organisation: string | null;
  readonly all: "all" | "some" | null;
  readonly parts: readonly Part[];
  readonly labelled: boolean;
  readonly span: Span;
  readonly day: string | null;
}

export const NOTHING: Draft = {
  organisation: null,
  all: null,
  parts: [],
  labelled: false,
  span: "quarter",
  day: null,
};

const DAYS: Readonly<Record<Exclude<Span, "day">, number>> = { month: 30, quarter: 90, year: 365 };

/** The end of the last day, where the patient is, in milliseconds since the epoch; `NaN` where it is not said. */
export function until({ span, day }: Draft, now: Date): number {
  if (span === "day" && !day) return Number.NaN;
  const last =
    span === "day" ? new Date(`${day}T00:00:00`) : new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (span !== "day") last.setDate(last.getDate() + DAYS[span]);
  last.setDate(last.getDate() + 1);
  return last.getTime();
}

export const chosenParts = ({ all, parts }: Draft): readonly Part[] => (all === "all" ? ["everything"] : parts);

export function mistakes(draft: Draft, now: Date): Mistake[] {
  const found: (Mistake | false)[] = [
    !draft.organisation && { field: "organisation", message: t("sharing.needPlace") },
    chosenParts(draft).length === 0 && { field: "all", message: t("sharing.needParts") },
    !(until(draft, now) > now.getTime()) && { field: "day", message: t("sharing.needDay") },
  ];
  return found.filter((one) => one !== false);
}
