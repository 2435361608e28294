import type { Patient } from "fhir/r4";
import { Check, CircleCheck, CircleHelp, type LucideIcon, TriangleAlert, X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Link } from "react-aria-components";
import type { Candidate, Grade, Reason } from "../../fhir/likeness.ts";
import { dayText } from "../../fhir/moments.ts";
import { listName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import { Badge, type Tone } from "../../ui/index.ts";
import "./Candidates.css";

const LOOK: Record<Grade, { readonly tone: Tone; readonly icon: LucideIcon }> = {
  certain: { tone: "danger", icon: TriangleAlert },
  probable: { tone: "warning", icon: CircleCheck },
  possible: { tone: "neutral", icon: CircleHelp },
};

export interface CandidatesProps {
  readonly candidates: readonly Candidate[];
  /** What can be done about each. */
  readonly actions?: (patient: Patient) => ReactNode;
}

/** People who may be one and the same, each with what speaks for it and against. */
export function Candidates({ candidates, actions }: CandidatesProps): ReactElement {
  return (
    <ul className="candidates">
      {candidates.map(({ patient, grade, reasons }) => {
        const { tone, icon } = LOOK[grade];
        return (
          <li key={patient.id} className="candidate">
            <div className="candidate-who">
              <Link href={`/patients/${patient.id}`} className="strong">
                {listName(patient.name)}
              </Link>
              <span className="muted">
                {[patient.birthDate && dayText(patient.birthDate), patient.identifier?.[0]?.value]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
              <Badge tone={tone} icon={icon}>
                {t(`patients.grade.${grade}`)}
              </Badge>
            </div>
            <ul className="candidate-reasons" aria-label={t("patients.reasons")}>
              {reasons.map((reason) => (
                <Why key={reason.trait} reason={reason} />
              ))}
            </ul>
            {actions && <div className="row">{actions(patient)}</div>}
          </li>
        );
      })}
    </ul>
  );
}

function Why({ reason: { trait, isSame } }: { reason: Reason }): ReactElement {
  const Icon = isSame ? Check : X;
  return (
    <li className={isSame ? "" : "muted"}>
      <Icon aria-hidden="true" size={14} />
      {t(isSame ? `patients.same.${trait}` : `patients.other.${trait}`)}
    </li>
  );
}
