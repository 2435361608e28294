/** Visits in words. */
import type { Encounter } from "fhir/r4";
import { t } from "../i18n/index.ts";
import { conceptText } from "./words.ts";

/** What kind of visit it was; one that says nothing more was in person or by video. */
export function visitKind({ type, class: way }: Encounter): string {
  const said = conceptText(type?.[0]);
  if (said) return said;
  if (way.code === "AMB") return t("visit.way.visit");
  return way.code === "VR" ? t("visit.way.video") : way.display || way.code || "";
}
