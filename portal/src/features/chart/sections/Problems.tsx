import type { Condition } from "fhir/r4";
import { HeartPulse } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { dayText, moment, newestFirst } from "../../../fhir/moments.ts";
import { conceptText } from "../../../fhir/words.ts";
import { t } from "../../../i18n/index.ts";
import { Card, type Column, EmptyState, Table } from "../../../ui/index.ts";
import { abatementOf, isActiveProblem, onsetOf } from "../clinical.ts";

const named = (): Column<Condition> => ({
  id: "problem",
  label: t("chart.problem"),
  cell: (it) => <span className="strong">{conceptText(it.code)}</span>,
  sort: (it) => conceptText(it.code),
});

const since = (): Column<Condition> => ({
  id: "since",
  label: t("chart.since"),
  cell: (it) => dayText(onsetOf(it)),
  sort: (it) => moment(onsetOf(it)) || 0,
});

const until = (): Column<Condition> => ({
  id: "until",
  label: t("chart.until"),
  cell: (it) => dayText(abatementOf(it)),
  sort: (it) => moment(abatementOf(it)) || 0,
});

const status = (): Column<Condition> => ({
  id: "status",
  label: t("chart.status"),
  cell: (it) => conceptText(it.clinicalStatus) || t("chart.active"),
});

const acted = (actions: ProblemsProps["actions"]): Column<Condition>[] =>
  actions ? [{ id: "actions", label: t("chart.actions"), hideLabel: true, align: "end", cell: actions }] : [];

export interface ProblemsProps {
  readonly conditions: readonly Condition[];
  /** What can be done about each. */
  readonly actions?: (condition: Condition) => ReactNode;
}

/** Active problems first, then what is over. */
export function Problems({ conditions, actions }: ProblemsProps): ReactElement {
  const active = newestFirst(conditions.filter(isActiveProblem), onsetOf);
  const past = newestFirst(
    conditions.filter((one) => !isActiveProblem(one)),
    onsetOf,
  );
  return (
    <>
      <Card title={t("chart.active")} note={t("chart.count", { count: active.length })} flush>
        <Table
          caption={t("chart.active")}
          columns={[named(), status(), since(), ...acted(actions)]}
          rows={active}
          rowKey={(it) => it.id ?? ""}
          empty={<EmptyState icon={HeartPulse} title={t("chart.noProblems")} />}
        />
      </Card>
      {past.length > 0 && (
        <Card title={t("chart.past")} note={t("chart.count", { count: past.length })} flush>
          <Table
            caption={t("chart.past")}
            columns={[named(), since(), until(), ...acted(actions)]}
            rows={past}
            rowKey={(it) => it.id ?? ""}
          />
        </Card>
      )}
    </>
  );
}
