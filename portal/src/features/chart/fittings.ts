/**
 * What a chart is put together from: sections to read in, tools to write with beside them. The chart brings the plain
 * ones; features bring theirs, and `routes/desk.tsx` hands them over, so that no feature knows another.
 */
import type { Patient } from "fhir/r4";
import type { LucideIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { Key } from "../../i18n/index.ts";
import type { Role } from "../../session/index.ts";
import type { Part } from "./parts.ts";
import type { Chart } from "./useChart.ts";

/** An open chart, as sections and tools get it. */
export interface Desk {
  readonly chart: Chart;
  readonly patient: Patient;
  /** Where the chart lives; its sections' addresses begin with it. */
  readonly base: string;
  /** The patient's own face. */
  readonly plain: boolean;
  /** What the address names after the section, as `17` in `/patients/1/visits/17`; empty for the section itself. */
  readonly item: string;
  /** Opens a tool beside the section, about `subject` if it is about one thing; the tool stays while sections change. */
  readonly open: (tool: string, subject?: string) => void;
  /** Closes the tool that is open. */
  readonly close: () => void;
  /** Reads the chart anew; something was written. */
  readonly refresh: () => Promise<void>;
}

export interface Section {
  readonly path: string;
  readonly word: Key;
  /** The section's name on the patient's own face; without one it is not shown there. */
  readonly plain?: Key;
  /** The section stands only for those who may do this, as `Questionnaire.read`. */
  readonly may?: `${string}.${string}`;
  /** The part of the chart it shows: a refusal of it stands in its place, and older pages of it are offered below. */
  readonly part?: Part;
  /** The path of the section it follows; at the end without one. */
  readonly after?: string;
  readonly show: (desk: Desk) => ReactElement;
}

export interface Tool {
  readonly name: string;
  /** What its button says. */
  readonly word: Key;
  readonly icon: LucideIcon;
  /** The paths of the sections that offer it; "" is the summary. */
  readonly sections: readonly string[];
  readonly may?: `${string}.${string}`;
  /** Only for these, where no plain interaction says who. */
  readonly roles?: readonly Role[];
  /** A `Workspace` that ends with `desk.close()`. */
  readonly show: (desk: Desk, subject: string) => ReactElement;
}

/** What features add to the chart. */
export interface Fittings {
  /** Sections of their own; one with the path of a plain section takes its place. */
  readonly sections?: readonly Section[];
  readonly tools?: readonly Tool[];
  /** Between the banner and the sections, on every section: the visit one works on. */
  readonly above?: (desk: Desk) => ReactNode;
}

/** The plain sections with those of the features at their places, without those this person has no use for. */
export function arranged(
  plain: readonly Section[],
  more: readonly Section[],
  may: (what: `${string}.${string}`) => boolean,
  isPlainFace: boolean,
): Section[] {
  const all = [...plain];
  for (const one of more) {
    const same = all.findIndex((it) => it.path === one.path);
    const before = all.findIndex((it) => it.path === one.after);
    if (same >= 0) all[same] = one;
    else all.splice(before < 0 ? all.length : before + 1, 0, one);
  }
  return all.filter(
    (one) => (!one.may || may(one.may)) && (!isPlainFace || one.plain !== undefined || one.path === ""),
  );
}
