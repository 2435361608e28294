import { CircleCheck, Download, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  ErrorState,
  PageHead,
  Skeleton,
  showAgo,
  showMoment,
  Table,
} from "../../ui/index.ts";
import { type EvidenceLine, look, useEvidence, usePack } from "./evidence.ts";

/** What evidence there is and how old, for security officers; all of it as one file for an auditor. */
export function EvidencePage(): ReactElement {
  const evidence = useEvidence();
  const pack = usePack();
  return (
    <div className="page">
      <PageHead
        title={t("evidence.title")}
        lead={t("evidence.lead")}
        actions={
          <Button kind="primary" icon={Download} isPending={pack.isPending} onPress={() => pack.mutate()}>
            {t("evidence.take")}
          </Button>
        }
      />
      {pack.isError && (
        <Banner tone="danger" role="alert">
          {t("evidence.takeFailed")}
        </Banner>
      )}
      {evidence.data ? (
        <Lines lines={evidence.data} />
      ) : evidence.isError ? (
        <ErrorState
          title={t("evidence.loadFailed")}
          requestId={evidence.error instanceof Problem ? evidence.error.requestId : undefined}
          onRetry={() => evidence.refetch()}
        >
          {t("evidence.loadFailedLead")}
        </ErrorState>
      ) : (
        <Card>
          <Skeleton lines={8} />
        </Card>
      )}
    </div>
  );
}

function Lines({ lines }: { lines: readonly EvidenceLine[] }): ReactElement {
  const due = lines.filter((line) => look(line).tone === "danger").length;
  return (
    <div className="stack">
      <Banner tone={due ? "danger" : "success"} title={due ? t("evidence.due", { count: due }) : t("evidence.well")}>
        {due > 0 && t("evidence.dueLead")}
      </Banner>
      <Card title={t("evidence.kinds")} flush>
        <Table
          caption={t("evidence.kinds")}
          rows={lines}
          rowKey={(line) => line.kind}
          columns={[
            { id: "kind", label: t("evidence.kind"), cell: (line) => t(`evidence.kind.${line.kind}`) },
            { id: "standing", label: t("evidence.standing"), cell: (line) => <Standing line={line} /> },
            { id: "last", label: t("evidence.last"), cell: (line) => last(line), sort: (line) => line.at },
            {
              id: "every",
              label: t("evidence.every"),
              cell: (line) => t("evidence.days", { count: line.days }),
              sort: (line) => line.days,
            },
            {
              id: "signature",
              label: t("evidence.signature"),
              cell: (line) => (line.standing ? t(SIGNATURES[line.standing]) : "–"),
            },
            { id: "how", label: t("evidence.how"), cell: (line) => <code>{HOW[line.kind]}</code> },
          ]}
        />
      </Card>
    </div>
  );
}

function Standing({ line }: { line: EvidenceLine }): ReactElement {
  const { tone, word } = look(line);
  return (
    <Badge tone={tone} icon={tone === "danger" ? TriangleAlert : CircleCheck}>
      {t(word)}
    </Badge>
  );
}

const last = (line: EvidenceLine): string => (line.at ? `${showMoment(line.at)}, ${showAgo(line.at)}` : "–");

const SIGNATURES = {
  signed: "evidence.signed",
  "not signed": "evidence.unsigned",
  altered: "evidence.altered",
} as const;

/** What makes each kind; commands are the same in every language. */
const HOW: Readonly<Record<EvidenceLine["kind"], string>> = {
  verify: "meridian verify",
  prove: "meridian verify --prove",
  drill: "meridian drill",
  tabletop: "meridian respond tabletop",
  "access-review": "meridian evidence access-review",
  doctor: "meridian evidence --out",
};
