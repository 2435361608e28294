import { CircleCheck, CirclePause, ShieldCheck, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { alarmName } from "../../i18n/alarms.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Card, EmptyState, Facts, showMoment, Table } from "../../ui/index.ts";
import type { PlatformStatus, Present } from "./status.ts";
import { showLong } from "./words.ts";

const LOOKS = {
  up: { tone: "success", icon: CircleCheck },
  away: { tone: "danger", icon: TriangleAlert },
  resting: { tone: "warning", icon: CirclePause },
} as const;

/** What the platform leans on, and whether it answers. */
export function Leaned({ parts }: { parts: Present["parts"] }): ReactElement {
  return (
    <Card title={t("status.leaned")}>
      <ul className="status-parts">
        {parts.map((part) => (
          <li key={part.name}>
            <span>{PARTS[part.name] ? t(PARTS[part.name] ?? "status.part.files") : part.name}</span>
            <Badge tone={LOOKS[part.state].tone} icon={LOOKS[part.state].icon}>
              {t(`status.state.${part.state}`)}
            </Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const PARTS: Readonly<
  Record<
    string,
    | "status.part.database"
    | "status.part.files"
    | "status.part.redis"
    | "status.part.clamd"
    | "status.part.turn"
    | "status.part.janus"
  >
> = {
  database: "status.part.database",
  files: "status.part.files",
  redis: "status.part.redis",
  clamd: "status.part.clamd",
  turn: "status.part.turn",
  janus: "status.part.janus",
};

/** What must be there on the day after. */
export function Safekeeping({ present }: { present: Present }): ReactElement {
  const ago = (seconds: number | null | undefined): string =>
    seconds == null ? t("status.never") : t("status.ago", { time: showLong(seconds) });
  return (
    <Card title={t("status.safekeeping")}>
      <Facts
        facts={[
          { name: t("status.backup"), value: ago(present.backupAgo) },
          { name: t("status.drill"), value: ago(present.drillAgo) },
          { name: t("status.signed"), value: ago(present.signedAgo) },
          {
            name: t("status.disk"),
            value: present.disk == null ? "–" : t("status.free", { percent: Math.round(present.disk * 100) }),
          },
        ]}
      />
    </Card>
  );
}

/** What detectors raised in the last week. */
export function Alerts({ alerts }: { alerts: PlatformStatus["alerts"] }): ReactElement {
  return (
    <Card title={t("status.alerts")} note={t("status.alertsNote")} flush>
      <Table
        caption={t("status.alerts")}
        rows={alerts.map((one, index) => ({ ...one, index }))}
        rowKey={(one) => String(one.index)}
        limit={10}
        empty={
          <EmptyState icon={ShieldCheck} title={t("status.noAlerts")}>
            {t("status.noAlertsHint")}
          </EmptyState>
        }
        columns={[
          { id: "when", label: t("ui.chartWhen"), cell: (one) => showMoment(one.at), sort: (one) => one.at },
          { id: "kind", label: t("status.kind"), cell: (one) => alarmName(one.kind) },
        ]}
      />
    </Card>
  );
}
