import { useQuery } from "@tanstack/react-query";
import type { Patient } from "fhir/r4";
import { GitMerge, UserCheck } from "lucide-react";
import type { ReactElement } from "react";
import { FhirFault } from "../../fhir/fault.ts";
import { lookAlikes } from "../../fhir/likeness.ts";
import { t } from "../../i18n/index.ts";
import { ButtonLink, EmptyState, ErrorState, Skeleton, Workspace } from "../../ui/index.ts";
import { Candidates } from "./Candidates.tsx";

export interface DuplicatesToolProps {
  readonly patient: Patient;
  /** Where the two are compared. */
  readonly compareHref: (other: string) => string;
  readonly onClose: () => void;
}

/** Other records that may be of the same person, each with a way to compare the two. */
export function DuplicatesTool({ patient, compareHref, onClose }: DuplicatesToolProps): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["patients", "alike", patient.id],
    queryFn: ({ signal }) => lookAlikes(described(patient), patient.id, signal),
  });
  return (
    <Workspace title={t("patients.alike")} onClose={onClose}>
      {isPending && <Skeleton lines={4} />}
      {error && (
        <ErrorState
          title={t("patients.failed")}
          requestId={error instanceof FhirFault ? error.requestId : undefined}
          onRetry={() => void refetch()}
        />
      )}
      {data?.length === 0 && (
        <EmptyState icon={UserCheck} title={t("patients.noAlike")}>
          {t("patients.noAlikeHint")}
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <Candidates
          candidates={data}
          actions={(other) => (
            <ButtonLink size="small" icon={GitMerge} href={compareHref(other.id ?? "")}>
              {t("patients.compare")}
            </ButtonLink>
          )}
        />
      )}
    </Workspace>
  );
}

/** The person without the record's own number, which no other record has. */
function described(patient: Patient): Patient {
  const { resourceType, name, birthDate, gender, telecom, address } = patient;
  return {
    resourceType,
    ...(name && { name }),
    ...(birthDate && { birthDate }),
    ...(gender && { gender }),
    ...(telecom && { telecom }),
    ...(address && { address }),
  };
}
