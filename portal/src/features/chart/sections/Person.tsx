import type { CareTeam, Coverage, Goal, Patient } from "fhir/r4";
import type { ReactElement } from "react";
import { spokenName } from "../../../fhir/names.ts";
import { conceptText } from "../../../fhir/words.ts";
import { t } from "../../../i18n/index.ts";
import { Card, Facts } from "../../../ui/index.ts";
import { type Chart, held } from "../useChart.ts";

/** Who the person is and who looks after them: contact, team, insurance, goals. */
export function Person({ chart }: { chart: Chart }): ReactElement {
  const { patient } = chart;
  const contacts = contactFacts(patient);
  const teams = held<CareTeam>(chart, "careTeams", "CareTeam").flatMap((team) => team.participant ?? []);
  return (
    <>
      <Card title={t("chart.contact")}>
        <Facts columns={2} facts={contacts.filter((one) => one.value !== "")} />
      </Card>
      <Listed
        title={t("chart.careTeam")}
        lines={teams.map((one) => [one.member?.display, conceptText(one.role?.[0])].filter(Boolean).join(", "))}
      />
      <Listed
        title={t("chart.goals")}
        lines={held<Goal>(chart, "goals", "Goal").map((it) => conceptText(it.description))}
      />
      <Listed
        title={t("chart.coverage")}
        lines={held<Coverage>(chart, "coverage", "Coverage").map((it) => it.payor[0]?.display ?? conceptText(it.type))}
      />
    </>
  );
}

function contactFacts(patient: Patient): { name: string; value: string }[] {
  const told = (system: string) =>
    (patient.telecom ?? [])
      .filter((one) => one.system === system)
      .map((one) => one.value)
      .join(", ");
  const address = patient.address?.[0];
  const lines = [...(address?.line ?? []), address?.city, address?.state, address?.postalCode]
    .filter(Boolean)
    .join(", ");
  const numbers = (patient.identifier ?? []).map((one) => [conceptText(one.type), one.value].filter(Boolean).join(" "));
  return [
    { name: t("chart.phone"), value: told("phone") },
    { name: t("chart.email"), value: told("email") },
    { name: t("chart.address"), value: address?.text ?? lines },
    {
      name: t("chart.language"),
      value: (patient.communication ?? []).map((one) => conceptText(one.language)).join(", "),
    },
    { name: t("chart.marital"), value: conceptText(patient.maritalStatus) },
    {
      name: t("chart.contactPerson"),
      value: (patient.contact ?? []).map((one) => spokenName(one.name && [one.name])).join(", "),
    },
    {
      name: t("chart.practitioner"),
      value: (patient.generalPractitioner ?? []).map((one) => one.display ?? "").join(", "),
    },
    { name: t("chart.identifiers"), value: numbers.join("; ") },
  ];
}

function Listed({ title, lines }: { title: string; lines: readonly string[] }): ReactElement | null {
  const said = lines.filter(Boolean);
  if (said.length === 0) return null;
  return (
    <Card title={title}>
      <ul>
        {[...new Set(said)].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Card>
  );
}
