/**
 * The desk: which features stand in a chart. Features are strangers to each other, so they meet here: each brings sections
 * (one with a plain section's path takes its place) and tools, which open on the right and stay while sections change.
 *
 * A section and a tool are given the `Desk` (`features/chart/fittings.ts`): the chart, `open(tool, subject)`, `close()`,
 * `refresh()`. A feature's code is loaded when it is first shown, so that the chart itself opens fast.
 */
import type { Fittings } from "../features/chart/index.ts";
import { EMERGENCY_TOOLS } from "./breaking.tsx";
import { CONVERSATIONS } from "./conversations.tsx";
import { MERGE_TOOLS } from "./merging.tsx";
import { ACCESS, CORRECTING, DISCLOSING } from "./own.tsx";
import { FORM_TOOLS, FORMS } from "./paperwork.tsx";
import { OWN_TREATMENT, TREATMENT, TREATMENT_TOOLS } from "./treatment.tsx";
import { OWN_VISITS, VISIT_TOOLS, VISITS, VisitLine } from "./visits.tsx";

/** What staff find in a chart. */
export const FOR_STAFF: Fittings = {
  sections: [...ACCESS, ...DISCLOSING, ...TREATMENT, ...VISITS, ...FORMS, ...CONVERSATIONS],
  tools: [...TREATMENT_TOOLS, ...VISIT_TOOLS, ...FORM_TOOLS, ...MERGE_TOOLS, ...EMERGENCY_TOOLS],
  above: (desk) => <VisitLine desk={desk} />,
};

/** What patients find in their own record. */
export const FOR_PATIENTS: Fittings = {
  sections: [...OWN_TREATMENT, ...OWN_VISITS],
  tools: [...CORRECTING],
};
