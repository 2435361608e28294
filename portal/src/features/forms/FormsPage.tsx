import { useQuery } from "@tanstack/react-query";
import { ClipboardList, Plus } from "lucide-react";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  ButtonLink,
  Card,
  type Column,
  EmptyState,
  ErrorState,
  PageHead,
  Skeleton,
  Table,
} from "../../ui/index.ts";
import { type FormLine, listForms } from "./api.ts";

/** The organisation's forms. */
export function FormsPage(): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["forms", "all"],
    queryFn: ({ signal }) => listForms(true, signal),
  });
  const add = (
    <ButtonLink href="/forms/new" icon={Plus} kind="primary">
      {t("forms.new")}
    </ButtonLink>
  );
  return (
    <>
      <PageHead title={t("forms.title")} lead={t("forms.lead")} actions={add} />
      {isPending && (
        <Card>
          <Skeleton lines={5} />
        </Card>
      )}
      {error && (
        <ErrorState
          title={t("forms.failed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        >
          {t("forms.failedHint")}
        </ErrorState>
      )}
      {data && (
        <Card flush>
          <Table
            caption={t("forms.title")}
            columns={columns()}
            rows={data.filter((one) => one.kind === "form")}
            rowKey={(it) => it.id}
            rowHref={(it) => `/forms/${it.id}`}
            empty={
              <EmptyState icon={ClipboardList} title={t("forms.none")} actions={add}>
                {t("forms.noneHint")}
              </EmptyState>
            }
          />
        </Card>
      )}
    </>
  );
}

const STATUS = {
  draft: { word: "forms.statusDraft", tone: "warning" },
  active: { word: "forms.statusActive", tone: "success" },
  retired: { word: "forms.statusRetired", tone: "neutral" },
} as const;

function Status({ status }: { status: string }): ReactElement {
  const { word, tone } = STATUS[status as keyof typeof STATUS] ?? STATUS.draft;
  return <Badge tone={tone}>{t(word)}</Badge>;
}

const columns = (): readonly Column<FormLine>[] => [
  { id: "name", label: t("forms.name"), cell: (it) => it.title || t("forms.untitled"), sort: (it) => it.title },
  { id: "questions", label: t("forms.items"), cell: (it) => t("forms.questions", { count: it.questions }) },
  { id: "status", label: t("forms.status"), cell: (it) => <Status status={it.status} /> },
  { id: "score", label: t("forms.scored"), cell: (it) => (it.scored ? t("forms.yes") : "") },
];
