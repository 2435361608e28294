import { UserSearch } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Card,
  ComboBox,
  EmptyState,
  ErrorState,
  PageHead,
  Skeleton,
  showMoment,
  Table,
} from "../../ui/index.ts";
import { type Sight, useAccessMembers, useAccessPatients, useExplained } from "./api.ts";

const COVERS = { all: "danger", unlabelled: "info", nothing: "neutral" } as const;

/** Why somebody can see a chart, or who could: rows of the policy with what they rest on. */
export function AccessPage(): ReactElement {
  const [text, setText] = useState("");
  const [patient, setPatient] = useState("");
  const [account, setAccount] = useState("");
  const patients = useAccessPatients(text).data?.patients ?? [];
  const members = useAccessMembers();
  return (
    <div className="page">
      <PageHead title={t("emergency.access")} lead={t("emergency.accessLead")} />
      <Card>
        <div className="stack">
          <ComboBox
            label={t("emergency.accessPatient")}
            hint={t("emergency.accessPatientHint")}
            options={patients.map((one) => ({ value: one.id, label: `${one.name} ${one.birthDate}`, hint: one.id }))}
            value={patient || null}
            onChange={(chosen) => setPatient(chosen ?? "")}
            onSearch={setText}
          />
          <ComboBox
            label={t("emergency.accessMember")}
            hint={t("emergency.accessMemberHint")}
            optional
            options={[...new Map((members.data?.members ?? []).map((one) => [one.account, one])).values()].map(
              (one) => ({
                value: one.account,
                label: one.name || one.who || one.account,
                hint: t(`role.${one.role as "clinician"}`),
              }),
            )}
            value={account || null}
            onChange={(chosen) => setAccount(chosen ?? "")}
          />
        </div>
      </Card>
      {patient ? (
        <Explained patient={patient} account={account} />
      ) : (
        <EmptyState icon={UserSearch} title={t("emergency.accessNone")}>
          {t("emergency.accessNoneHint")}
        </EmptyState>
      )}
    </div>
  );
}

function Explained({ patient, account }: { patient: string; account: string }): ReactElement {
  const { data, error, isPending, refetch } = useExplained(patient, account);
  if (isPending) return <Skeleton lines={6} />;
  if (error) return <ErrorState title={t("emergency.accessFailed")} onRetry={() => void refetch()} />;
  return (
    <>
      {data.labelled && <Banner tone="info">{t("emergency.accessLabelled")}</Banner>}
      {data.windows.map((one) => (
        <Banner key={one.share} tone="info">
          {t("emergency.accessWindow", { organisation: one.organisation, when: showMoment(one.ends) })}
        </Banner>
      ))}
      {data.sights.map((one) => (
        <Card
          key={`${one.account} ${one.role} ${one.who}`}
          title={one.name || one.who || one.account}
          note={t(`role.${one.role as "clinician"}`)}
          flush
        >
          <Rows rows={account ? one.rows : one.rows.filter((row) => row.covers !== "nothing")} />
        </Card>
      ))}
    </>
  );
}

function Rows({ rows }: { rows: Sight["rows"] }): ReactElement {
  return (
    <Table
      caption={t("emergency.accessRows")}
      rows={rows}
      rowKey={(row) => row.rule}
      empty={<p className="muted card-body">{t("emergency.accessNoRow")}</p>}
      columns={[
        { id: "words", label: t("emergency.accessWhy"), cell: (row) => row.words || row.rule },
        { id: "rule", label: t("emergency.accessRule"), cell: (row) => <code>{row.rule}</code> },
        {
          id: "covers",
          label: t("emergency.accessCovers"),
          cell: (row) => <Badge tone={COVERS[row.covers]}>{t("emergency.coversOf", { covers: row.covers })}</Badge>,
        },
        {
          id: "because",
          label: t("emergency.accessBecause"),
          cell: (row) => row.because.join(", ") || t("emergency.relationOf", { relation: row.relation }),
        },
        { id: "types", label: t("emergency.accessTypes"), cell: (row) => row.types.length },
      ]}
    />
  );
}
