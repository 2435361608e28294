import type { AllergyIntolerance } from "fhir/r4";
import { CircleHelp, ShieldCheck } from "lucide-react";
import type { ReactElement } from "react";
import { dayText } from "../../../fhir/moments.ts";
import { conceptText } from "../../../fhir/words.ts";
import { t } from "../../../i18n/index.ts";
import { Badge, Card, type Column, EmptyState, Table } from "../../../ui/index.ts";
import { allergyState, isActiveAllergy, reactionText, type Severity, severityOf, worstFirst } from "../clinical.ts";

const WORD = {
  severe: "chart.severitySevere",
  moderate: "chart.severityModerate",
  mild: "chart.severityMild",
  unknown: "chart.severityUnknown",
} as const satisfies Record<Severity, string>;

const TONE = { severe: "danger", moderate: "warning", mild: "neutral", unknown: "neutral" } as const;

const columns = (): readonly Column<AllergyIntolerance>[] => [
  {
    id: "substance",
    label: t("chart.substance"),
    cell: (it) => <span className="strong">{conceptText(it.code)}</span>,
  },
  {
    id: "severity",
    label: t("chart.severity"),
    cell: (it) => <Badge tone={TONE[severityOf(it)]}>{t(WORD[severityOf(it)])}</Badge>,
  },
  { id: "reaction", label: t("chart.reaction"), cell: reactionText },
  { id: "recorded", label: t("chart.recorded"), cell: (it) => dayText(it.recordedDate ?? it.onsetDateTime) },
];

/** Allergies worst first; "none known" and "not asked" look nothing alike. */
export function Allergies({ allergies }: { allergies: readonly AllergyIntolerance[] }): ReactElement {
  const state = allergyState(allergies);
  if (state === "none-known")
    return (
      <Card>
        <EmptyState icon={ShieldCheck} title={t("chart.allergiesNone")} />
      </Card>
    );
  return (
    <Card title={t("chart.allergies")} flush>
      <Table
        caption={t("chart.allergies")}
        columns={columns()}
        rows={worstFirst(allergies.filter(isActiveAllergy))}
        rowKey={(it) => it.id ?? ""}
        empty={
          <EmptyState icon={CircleHelp} title={t("chart.allergiesNotAsked")}>
            {t("chart.noAllergies")}
          </EmptyState>
        }
      />
    </Card>
  );
}
