import type { AllergyIntolerance, Patient } from "fhir/r4";
import { CircleHelp, Lock, OctagonAlert, ShieldCheck, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { ageInYears, dayText } from "../../fhir/moments.ts";
import { listName } from "../../fhir/names.ts";
import { conceptText, hasCode } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { Badge } from "../../ui/index.ts";
import { allergyState, isActiveAllergy, reactionText, type Severity, severityOf, worstFirst } from "./clinical.ts";
import "./PatientBanner.css";

const SEX = {
  male: "chart.sexMale",
  female: "chart.sexFemale",
  other: "chart.sexOther",
  unknown: "chart.sexUnknown",
} as const;

const SEVERITY = {
  severe: { word: "chart.severitySevere", tone: "danger", icon: OctagonAlert },
  moderate: { word: "chart.severityModerate", tone: "warning", icon: TriangleAlert },
  mild: { word: "chart.severityMild", tone: "neutral", icon: TriangleAlert },
  unknown: { word: "chart.severityUnknown", tone: "neutral", icon: CircleHelp },
} as const satisfies Record<Severity, unknown>;

export interface PatientBannerProps {
  readonly patient: Patient;
  readonly allergies: readonly AllergyIntolerance[];
  /** Whether the allergies may be seen at all. */
  readonly allergiesHidden: boolean;
}

/**
 * Who this chart is about, on every page of it and never scrolled away (NHS Common User Interface, patient banner):
 * two open charts can never be mistaken for one another.
 */
export function PatientBanner({ patient, allergies, allergiesHidden }: PatientBannerProps): ReactElement {
  const isRestricted = (patient.meta?.security ?? []).some((label) => label.code === "R" || label.code === "V");
  return (
    <section className="patient-banner" aria-label={t("chart.patient")}>
      <div className="patient-who">
        <h1 tabIndex={-1}>{listName(patient.name)}</h1>
        <ul className="patient-facts">
          <li>{bornText(patient)}</li>
          <li>{t(SEX[patient.gender ?? "unknown"])}</li>
          {identifierText(patient) && <li className="nowrap">{identifierText(patient)}</li>}
          {deathText(patient) && <li className="strong">{deathText(patient)}</li>}
          {isRestricted && (
            <li>
              <Badge tone="warning" icon={Lock}>
                {t("chart.restricted")}
              </Badge>
            </li>
          )}
        </ul>
      </div>
      {allergiesHidden ? (
        <p className="muted small">{t("chart.allergiesHidden")}</p>
      ) : (
        <Allergies allergies={allergies} />
      )}
    </section>
  );
}

function Allergies({ allergies }: { allergies: readonly AllergyIntolerance[] }): ReactElement {
  const state = allergyState(allergies);
  if (state === "not-asked")
    return (
      <Badge tone="warning" icon={CircleHelp}>
        {t("chart.allergiesNotAsked")}
      </Badge>
    );
  if (state === "none-known")
    return (
      <Badge tone="success" icon={ShieldCheck}>
        {t("chart.allergiesNone")}
      </Badge>
    );
  return (
    <ul className="patient-allergies" aria-label={t("chart.allergies")}>
      {worstFirst(allergies.filter(isActiveAllergy)).map((allergy) => (
        <AllergyChip key={allergy.id} allergy={allergy} />
      ))}
    </ul>
  );
}

function AllergyChip({ allergy }: { allergy: AllergyIntolerance }): ReactElement {
  const { word, tone, icon } = SEVERITY[severityOf(allergy)];
  return (
    <li>
      <Badge tone={tone} icon={icon}>
        <strong>{conceptText(allergy.code)}</strong> {t(word)}
        {reactionText(allergy) && <span className="visually-hidden">: {reactionText(allergy)}</span>}
      </Badge>
    </li>
  );
}

function bornText(patient: Patient): string {
  if (!patient.birthDate) return t("chart.bornUnknown");
  const date = dayText(patient.birthDate);
  const until = patient.deceasedDateTime ? new Date(patient.deceasedDateTime) : new Date();
  const age = ageInYears(patient.birthDate, until);
  return age === undefined
    ? t("chart.bornNoAge", { date })
    : t("chart.born", { date, age: t("chart.years", { count: age }) });
}

function deathText(patient: Patient): string {
  if (patient.deceasedDateTime) return t("chart.died", { date: dayText(patient.deceasedDateTime) });
  return patient.deceasedBoolean ? t("chart.deceased") : "";
}

function identifierText(patient: Patient): string {
  const record = patient.identifier?.find((one) => hasCode(one.type, "MR")) ?? patient.identifier?.[0];
  return record?.value ? t("chart.identifier", { value: record.value }) : "";
}
