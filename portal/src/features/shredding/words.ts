/** What the server's codes are called. */
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { showDay } from "../../ui/index.ts";
import type { Finding, Line } from "./api.ts";

const NOT_SECOND = {
  "same-account": "shredding.not.sameAccount",
  "same-membership": "shredding.not.sameAccount",
  "same-person": "shredding.not.samePerson",
  "same-role": "shredding.not.sameRole",
  "new-member": "shredding.not.newMember",
  "is-patient": "shredding.not.isPatient",
} as const;

/** Why the server refused, in the portal's own words where it has some. */
export function refusal(error: Error): string {
  if (!(error instanceof Problem)) return t("shredding.failed");
  const why = error.places.approver as keyof typeof NOT_SECOND | undefined;
  if (why && NOT_SECOND[why]) return t(NOT_SECOND[why]);
  if (error.status === 412) return t("shredding.changed");
  if (error.status === 404) return t("shredding.notFound");
  if (error.status === 410) return t("shredding.goneAlready");
  return error.detail || t("shredding.failed");
}

/** A finding in a sentence. */
export function sentence(finding: Finding): string {
  switch (finding.code) {
    case "hold":
      return t("shredding.found.hold", { reason: t(`shredding.hold.${finding.says as "other"}`) });
    case "retention":
      return t("shredding.found.retention", { day: showDay(finding.says) });
    case "open-task":
      return t("shredding.found.task", { what: finding.what, about: finding.says });
    case "coming-appointment":
      return t("shredding.found.appointment", { what: finding.what, when: showDay(finding.says.slice(0, 10)) });
    default:
      return t("shredding.found.encounter", { what: finding.what });
  }
}

/** Requests that wait for somebody. */
export const isOpen = (line: Line): boolean => line.state === "asked" || line.state === "approved";
