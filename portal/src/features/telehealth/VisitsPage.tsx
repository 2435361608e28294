import { useQuery } from "@tanstack/react-query";
import { CalendarDays, DoorOpen, Hourglass, UserPlus, Video } from "lucide-react";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Link } from "react-aria-components";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { usePolling } from "../../live/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Badge,
  Button,
  ButtonLink,
  Card,
  Checkbox,
  type Column,
  EmptyState,
  ErrorState,
  PageHead,
  Skeleton,
  showTime,
  Table,
} from "../../ui/index.ts";
import { type Listed, listVisits, visitsKey } from "./api.ts";
import { chime } from "./chime.ts";
import { InviteDialog } from "./InviteDialog.tsx";
import { arrangedVisits, type Group, hasNewWaiting, shownState } from "./listing.ts";
import { useNow } from "./useNow.ts";
import { minutesSince } from "./window.ts";
import "./telehealth.css";

const ASK_MS = 15_000;
const LOOK_MS = 15_000;
/** Who can hold a visit; the desk sees who waits and sends links. */
const HOSTS = ["clinician", "nurse"];

/** The clinic's video visits of today: who waits, with whom one talks, who is still to come. */
export function VisitsPage(): ReactElement {
  const { role } = useSession();
  const mayHost = HOSTS.includes(role);
  const [every, setEvery] = useState(!mayHost);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [...visitsKey, "list", every],
    queryFn: ({ signal }) => listVisits(every, signal),
    refetchInterval: usePolling(ASK_MS),
  });
  useWaitingCue(data);
  return (
    <>
      <PageHead
        title={t("tele.title")}
        lead={t("tele.lead")}
        actions={
          mayHost && (
            <Checkbox isSelected={every} onChange={setEvery}>
              {t("tele.everybodys")}
            </Checkbox>
          )
        }
      />
      {isPending ? (
        <Card>
          <Skeleton lines={6} />
        </Card>
      ) : error ? (
        <ErrorState
          title={t("tele.failed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        >
          {t("tele.failedHint")}
        </ErrorState>
      ) : (
        <Day visits={data} mayHost={mayHost} />
      )}
    </>
  );
}

/** A sound for somebody who has begun to wait; what waited when the page came makes none. */
function useWaitingCue(visits: readonly Listed[] | undefined): void {
  const before = useRef(visits);
  useEffect(() => {
    if (visits && before.current && hasNewWaiting(before.current, visits)) chime();
    if (visits) before.current = visits;
  }, [visits]);
}

interface DayProps {
  readonly visits: readonly Listed[];
  readonly mayHost: boolean;
}

function Day({ visits, mayHost }: DayProps): ReactElement {
  const [inviting, setInviting] = useState<Listed | null>(null);
  const now = useNow(LOOK_MS);
  const groups = arrangedVisits(visits);
  if (groups.length === 0)
    return (
      <Card>
        <EmptyState
          icon={Video}
          title={t("tele.none")}
          actions={
            <ButtonLink icon={CalendarDays} href="/calendar">
              {t("tele.toCalendar")}
            </ButtonLink>
          }
        >
          {t("tele.noneHint")}
        </EmptyState>
      </Card>
    );
  return (
    <>
      {groups.map(({ group, lines }) => (
        <Card key={group} flush title={t(`tele.${group}`)} note={t("tele.count", { count: lines.length })}>
          <Table
            caption={t(`tele.${group}`)}
            columns={columnsFor({ group, now, mayHost, onInvite: setInviting })}
            rows={lines}
            rowKey={({ visit }) => visit}
          />
        </Card>
      ))}
      {inviting && <InviteDialog visit={inviting.visit} isOpen onClose={() => setInviting(null)} />}
    </>
  );
}

interface Columns {
  readonly group: Group;
  readonly now: number;
  readonly mayHost: boolean;
  readonly onInvite: (visit: Listed) => void;
}

function columnsFor({ group, now, mayHost, onInvite }: Columns): Column<Listed>[] {
  return [
    {
      id: "time",
      label: t("tele.time"),
      cell: ({ start }) => <span className="nowrap tabular strong">{showTime(start)}</span>,
    },
    {
      id: "patient",
      label: t("tele.patient"),
      cell: ({ patient, patientName: name }) => (
        <Link href={`/patients/${patient}`} className="row-link">
          {name}
        </Link>
      ),
    },
    { id: "with", label: t("tele.with"), cell: ({ hosts }) => hosts.join(", ") },
    { id: "state", label: t("tele.state"), cell: (it) => <Standing visit={it} now={now} /> },
    {
      id: "actions",
      label: t("tele.actions"),
      hideLabel: true,
      align: "end",
      cell: (it) => <Actions visit={it} group={group} mayHost={mayHost} onInvite={() => onInvite(it)} />,
    },
  ];
}

/** Where a visit stands: since when somebody waits, and how long that is. */
function Standing({ visit, now }: { readonly visit: Listed; readonly now: number }): ReactElement {
  const { waiting, opens, open } = visit;
  const state = shownState(visit);
  return (
    <span className="row" data-gap="2">
      <Badge tone={waiting > 0 ? "warning" : state === "in-call" ? "success" : "neutral"}>
        {t(`tele.visitState.${state === "lobby" && waiting === 0 ? "empty" : state}`)}
      </Badge>
      {waiting > 0 && (
        <span className="tele-since nowrap tabular">
          <Hourglass aria-hidden="true" size={14} />
          {showTime(waiting)}
          <span className="muted">{t("tele.waited", { count: minutesSince(waiting, now) })}</span>
        </span>
      )}
      {state === "scheduled" && !open && Date.parse(opens) > now && (
        <span className="muted nowrap">{t("tele.opensAt", { time: showTime(opens) })}</span>
      )}
    </span>
  );
}

interface ActionsProps {
  readonly visit: Listed;
  readonly group: Group;
  readonly mayHost: boolean;
  readonly onInvite: () => void;
}

/** Letting in from the list is joining: nobody is let into an empty room. */
function Actions({ visit, group, mayHost, onInvite }: ActionsProps): ReactElement | null {
  const { patientName: name, waiting } = visit;
  if (group === "over" && !mayHost) return null;
  return (
    <span className="row" data-gap="2" data-justify="end">
      {group !== "over" && (
        <Button size="small" kind="quiet" icon={UserPlus} onPress={onInvite}>
          {t("tele.invite")}
        </Button>
      )}
      {mayHost && waiting > 0 && (
        <ButtonLink
          size="small"
          kind="primary"
          icon={DoorOpen}
          href={`/visits/${visit.visit}?admit`}
          aria-label={t("tele.admitNamed", { name })}
        >
          {t("tele.admit")}
        </ButtonLink>
      )}
      {mayHost && (
        <ButtonLink size="small" href={`/visits/${visit.visit}`} aria-label={t("tele.openWith", { name })}>
          {t("tele.open")}
        </ButtonLink>
      )}
    </span>
  );
}
