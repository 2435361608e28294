import type { OperationOutcome } from "fhir/r4";

/** Why the FHIR interface refused, in words it gave itself, and the id by which support finds the request. */
export class FhirFault extends Error {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly places: readonly string[];

  constructor(status: number, text: string, requestId: string | undefined, places: readonly string[] = []) {
    super(text);
    this.name = "FhirFault";
    this.status = status;
    this.requestId = requestId;
    this.places = places;
  }
}

/** The fault an answer with an OperationOutcome (or with something else) stands for. */
export function faultOf(status: number, body: unknown, requestId: string | undefined): FhirFault {
  if (!isOutcome(body)) return new FhirFault(status, "", requestId);
  const text = body.issue.map((issue) => issue.details?.text ?? issue.diagnostics ?? issue.code).join("; ");
  return new FhirFault(
    status,
    text,
    requestId,
    body.issue.flatMap((issue) => issue.expression ?? []),
  );
}

const isOutcome = (body: unknown): body is OperationOutcome =>
  typeof body === "object" && body !== null && "resourceType" in body && body.resourceType === "OperationOutcome";
