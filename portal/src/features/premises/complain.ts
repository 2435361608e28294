import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";

/** What to tell of a change that failed. */
export const complain = (error: unknown): string =>
  t(error instanceof FhirFault && error.status === 412 ? "premises.changedMeanwhile" : "premises.saveFailed");
