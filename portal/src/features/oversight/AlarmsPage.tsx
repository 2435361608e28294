import { BellRing, CircleAlert, CircleCheck, ShieldCheck, TriangleAlert } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Button,
  ButtonLink,
  Card,
  EmptyState,
  ErrorState,
  PageHead,
  Select,
  Skeleton,
  showMoment,
  Table,
} from "../../ui/index.ts";
import { kindOf } from "./kinds.ts";
import { type Alarm, useAlarms, useNames } from "./log.ts";
import { SettleDialog } from "./SettleDialog.tsx";
import "./oversight.css";

type Shown = "open" | "all";

/** What detectors found unusual, and what was concluded of it; what nobody has looked at yet is red. */
export function AlarmsPage(): ReactElement {
  const found = useAlarms();
  const [shown, setShown] = useState<Shown>("open");
  const [settling, setSettling] = useState<Alarm | null>(null);
  const [isNamed, setNamed] = useState(false);
  const every = (found.data?.pages ?? []).flatMap((page) => page.alarms);
  const alarms = shown === "open" ? every.filter((one) => one.settled === null) : every;
  const names = useNames(
    alarms.flatMap(({ entry }) => [entry.who, entry.patient && `Patient/${entry.patient}`]),
    isNamed,
  );
  const name = (who: string): string => names.get(who) ?? who;
  return (
    <div className="page">
      <PageHead
        title={t("oversight.alarms")}
        lead={t("oversight.alarmsLead")}
        actions={
          <>
            <Button aria-pressed={isNamed} onPress={() => setNamed(!isNamed)}>
              {t(isNamed ? "oversight.hideNames" : "oversight.showNames")}
            </Button>
            <Select<Shown>
              label={t("oversight.shown")}
              hideLabel
              value={shown}
              onChange={setShown}
              options={[
                { value: "open", label: t("oversight.open") },
                { value: "all", label: t("oversight.every") },
              ]}
            />
          </>
        }
      />
      <Card flush>
        {found.isError ? (
          <ErrorState
            title={t("oversight.loadFailed")}
            requestId={found.error instanceof Problem ? found.error.requestId : undefined}
            onRetry={() => void found.refetch()}
          >
            {t("oversight.loadFailedLead")}
          </ErrorState>
        ) : found.data ? (
          <Table
            caption={t("oversight.alarms")}
            rows={alarms}
            rowKey={(one) => String(one.entry.seq)}
            rowHref={(one) => `/oversight?action=alert&entry=${one.entry.seq}`}
            empty={
              <EmptyState icon={ShieldCheck} title={t("oversight.noAlarms")}>
                {t("oversight.noAlarmsHint")}
              </EmptyState>
            }
            columns={[
              { id: "kind", label: t("oversight.kind"), cell: ({ entry }) => kindOf(entry.action) },
              {
                id: "when",
                label: t("oversight.when"),
                cell: ({ entry }) => <span className="nowrap">{showMoment(entry.time)}</span>,
              },
              { id: "who", label: t("oversight.field.who"), cell: ({ entry }) => name(entry.who || entry.account) },
              {
                id: "patient",
                label: t("oversight.field.patient"),
                cell: ({ entry }) => (entry.patient ? name(`Patient/${entry.patient}`) : ""),
              },
              { id: "state", label: t("oversight.state"), cell: (one) => <Standing alarm={one} /> },
              {
                id: "settle",
                label: t("oversight.settle"),
                hideLabel: true,
                align: "end",
                cell: (one) => (
                  <span className="row oversight-acts" data-gap="1">
                    <ButtonLink size="small" href={lookedAt(one)}>
                      {t("oversight.whatElse")}
                    </ButtonLink>
                    <Button size="small" onPress={() => setSettling(one)}>
                      {t(one.settled ? "oversight.settleAgain" : "oversight.settle")}
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        ) : (
          <Skeleton lines={9} />
        )}
        {found.hasNextPage && (
          <div className="oversight-more">
            <Button isPending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
              {t("oversight.older")}
            </Button>
          </div>
        )}
      </Card>
      {settling && <SettleDialog alarm={settling} onClose={() => setSettling(null)} />}
    </div>
  );
}

/** What the same person did around it. */
function lookedAt({ entry }: Alarm): string {
  const day = 86_400_000;
  const query = new URLSearchParams({ since: String(entry.time - day), until: String(entry.time + day) });
  if (entry.who) query.set("who", entry.who);
  else if (entry.account) query.set("account", entry.account);
  else if (entry.address) query.set("address", entry.address);
  return `/oversight?${query}`;
}

const LOOKS = {
  explained: { tone: "success", icon: CircleCheck },
  "false-alarm": { tone: "neutral", icon: BellRing },
  incident: { tone: "warning", icon: TriangleAlert },
} as const;

function Standing({ alarm: { settled } }: { alarm: Alarm }): ReactElement {
  if (!settled)
    return (
      <Badge tone="danger" icon={CircleAlert}>
        {t("oversight.unreviewed")}
      </Badge>
    );
  const verdict = settled.verdict as keyof typeof LOOKS;
  return (
    <span className="oversight-who">
      <Badge {...LOOKS[verdict]}>{t(`oversight.verdict.${verdict}`)}</Badge>
      <span className="small muted">
        {settled.note} · {showMoment(settled.at)}
      </span>
    </span>
  );
}
