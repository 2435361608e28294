import type { OperationOutcome } from "fhir/r4";

/** Why the FHIR interface refused, in words it gave itself, and the id by which support finds the request. */
export class FhirFault extends Error {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly places: readonly string[];
  /** Each thing that was said, with the place it is about. */
  readonly issues: readonly { readonly text: string; readonly place: string }[];

  constructor(
    status: number,
    text: string,
    requestId: string | undefined,
    places: readonly string[] = [],
    issues: FhirFault["issues"] = [],
  ) {
    super(text);
    this.name = "FhirFault";
    this.status = status;
    this.requestId = requestId;
    this.places = places;
    this.issues = issues;
  }
}

/** The fault an answer with an OperationOutcome (or with something else) stands for. */
export function faultOf(status: number, body: unknown, requestId: string | undefined): FhirFault {
  if (!isOutcome(body)) return new FhirFault(status, "", requestId);
  const issues = body.issue.map((issue) => ({
    text: issue.details?.text ?? issue.diagnostics ?? issue.code,
    place: issue.expression?.[0] ?? "",
  }));
  return new FhirFault(
    status,
    issues.map(({ text }) => text).join("; "),
    requestId,
    body.issue.flatMap((issue) => issue.expression ?? []),
    issues,
  );
}

const isOutcome = (body: unknown): body is OperationOutcome =>
  typeof body === "object" && body !== null && "resourceType" in body && body.resourceType === "OperationOutcome";
