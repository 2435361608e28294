import { ShieldCheck, Siren } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Button,
  Card,
  EmptyState,
  ErrorState,
  PageHead,
  Select,
  Skeleton,
  showMoment,
  Table,
  type Tone,
} from "../../ui/index.ts";
import { type Use, useUses } from "./api.ts";
import { ReviewDialog } from "./ReviewDialog.tsx";
import "./emergency.css";

type Shown = "waiting" | "all";

/** Uses of emergency access: what waits for its review, and red what waits too long. */
export function ReviewsPage(): ReactElement {
  const [shown, setShown] = useState<Shown>("waiting");
  const [opened, setOpened] = useState<string | null>(null);
  const { data, error, isPending, refetch } = useUses(shown === "waiting");
  return (
    <div className="page">
      <PageHead
        title={t("emergency.reviews")}
        lead={t("emergency.reviewsLead")}
        actions={
          <Select<Shown>
            label={t("emergency.shown")}
            hideLabel
            value={shown}
            onChange={setShown}
            options={[
              { value: "waiting", label: t("emergency.waiting") },
              { value: "all", label: t("emergency.every") },
            ]}
          />
        }
      />
      {isPending && <Skeleton lines={5} />}
      {error && (
        <ErrorState
          title={t("emergency.reviewsFailed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        />
      )}
      {data && (
        <Card flush>
          <Uses uses={data.uses} onOpen={setOpened} />
        </Card>
      )}
      {opened && <ReviewDialog emergency={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

function Uses({ uses, onOpen }: { uses: readonly Use[]; onOpen: (id: string) => void }): ReactElement {
  return (
    <Table<Use>
      caption={t("emergency.reviews")}
      rows={uses}
      rowKey={(one) => one.id}
      empty={
        <EmptyState icon={ShieldCheck} title={t("emergency.noneWaits")}>
          {t("emergency.noneWaitsHint")}
        </EmptyState>
      }
      columns={[
        { id: "when", label: t("emergency.when"), cell: (one) => showMoment(one.began), sort: (one) => one.began },
        {
          id: "who",
          label: t("emergency.who"),
          cell: (one) => `${one.name || one.who}, ${t(`role.${one.role as "clinician"}`)}`,
        },
        { id: "why", label: t("emergency.reason"), cell: (one) => t("emergency.reasonOf", { reason: one.reason }) },
        { id: "state", label: t("emergency.state"), cell: (one) => <State use={one} /> },
        {
          id: "open",
          label: t("emergency.open"),
          hideLabel: true,
          align: "end",
          cell: (one) => (
            <Button
              size="small"
              icon={Siren}
              aria-label={`${word(one)}: ${t("emergency.openOf", { who: one.name || one.who, when: showMoment(one.began) })}`}
              onPress={() => onOpen(one.id)}
            >
              {word(one)}
            </Button>
          ),
        },
      ]}
    />
  );
}

/** What the button says: its name begins so, too. */
const word = (use: Use): string => t(use.reviewed ? "emergency.open" : "emergency.review");

function State({ use }: { use: Use }): ReactElement {
  const [tone, word] = stateOf(use);
  return <Badge tone={tone}>{word}</Badge>;
}

function stateOf(use: Use): readonly [Tone, string] {
  if (use.verdict)
    return [use.verdict === "justified" ? "success" : "warning", t("emergency.verdictOf", { verdict: use.verdict })];
  if (Date.now() > use.due) return ["danger", t("emergency.overdue", { when: showMoment(use.due) })];
  return ["warning", t("emergency.due", { when: showMoment(use.due) })];
}
