import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Card, ErrorState, PageHead, Select, Skeleton, showTime } from "../../ui/index.ts";
import { Courses } from "./Courses.tsx";
import { findings } from "./findings.ts";
import { Alerts, Leaned, Safekeeping } from "./Ground.tsx";
import { Jobs } from "./Jobs.tsx";
import { type PlatformStatus, type Present, type Span, useStatus } from "./status.ts";
import { showCount, showLong, showShort } from "./words.ts";
import "./status.css";

/** How the platform fares, for those who look after it. Nothing here is about anybody. */
export function StatusPage(): ReactElement {
  const [span, setSpan] = useState<Span>("hour");
  const status = useStatus(span);
  return (
    <div className="page">
      <PageHead
        title={t("status.title")}
        lead={t("status.lead")}
        actions={
          <>
            <span className="muted small status-seen">
              {status.data?.present.seen && t("status.seen", { time: showTime(status.data.present.seen) })}
            </span>
            <Select
              label={t("status.span")}
              hideLabel
              value={span}
              onChange={setSpan}
              options={[
                { value: "hour", label: t("status.hour") },
                { value: "day", label: t("status.day") },
              ]}
            />
          </>
        }
      />
      {status.data ? (
        <Fares status={status.data} />
      ) : status.isError ? (
        <ErrorState
          title={t("status.loadFailed")}
          requestId={status.error instanceof Problem ? status.error.requestId : undefined}
          onRetry={() => status.refetch()}
        >
          {t("status.loadFailedLead")}
        </ErrorState>
      ) : (
        <Card>
          <Skeleton lines={12} />
        </Card>
      )}
    </div>
  );
}

function Fares({ status }: { status: PlatformStatus }): ReactElement {
  return (
    <>
      <Verdict present={status.present} />
      <Now present={status.present} />
      <Courses course={status.course} />
      <div className="status-ground">
        <Leaned parts={status.present.parts} />
        <Safekeeping present={status.present} />
        <Alerts alerts={status.alerts} />
      </div>
      <Jobs jobs={status.jobs} mayRetry={status.mayRetry} />
    </>
  );
}

/** In one place, first: what calls for somebody, or that nothing does. */
function Verdict({ present }: { present: Present }): ReactElement {
  const found = findings(present);
  const worst = found[0];
  if (!worst) return <Banner tone="success" title={t("status.well")} />;
  return (
    <Banner tone={worst.tone} title={t("status.attention", { count: found.length })}>
      <ul className="status-findings">
        {found.map((one) => (
          <li key={one.id}>{one.text}</li>
        ))}
      </ul>
    </Banner>
  );
}

function Now({ present }: { present: Present }): ReactElement {
  const facts = [
    { name: t("status.load"), value: t("status.rate", { count: showCount(present.load) }) },
    { name: t("status.within"), value: present.p95 == null ? "–" : showShort(present.p95) },
    { name: t("status.errorsNow"), value: showCount(present.errors) },
    {
      name: t("status.due"),
      value: showCount(present.due),
      note: present.dueFor > 1 ? t("status.since", { time: showLong(present.dueFor) }) : undefined,
    },
    { name: t("status.givenUp"), value: showCount(present.givenUp) },
    { name: t("status.sockets"), value: showCount(present.sockets) },
    { name: t("status.processes"), value: showCount(present.processes) },
  ];
  return (
    <dl className="status-now">
      {facts.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {note && <span className="muted small"> {note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
