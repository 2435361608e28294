import { useQuery } from "@tanstack/react-query";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactElement } from "react";
import { Link } from "react-aria-components";
import { search } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  ButtonLink,
  Card,
  type Column,
  EmptyState,
  ErrorState,
  isoDay,
  PageHead,
  Skeleton,
  showDay,
  showTime,
  Table,
  type Tone,
} from "../../ui/index.ts";
import { type Booking, bookingsOf, dayAfter, dayQuery, type Stage, stageOf } from "./day.ts";

const STAGES: readonly Stage[] = ["arrived", "expected", "done", "off"];

const STATUS = {
  proposed: "today.statusProposed",
  pending: "today.statusPending",
  booked: "today.statusBooked",
  arrived: "today.statusArrived",
  "checked-in": "today.statusCheckedIn",
  fulfilled: "today.statusFulfilled",
  cancelled: "today.statusCancelled",
  noshow: "today.statusNoshow",
  waitlist: "today.statusWaitlist",
  "entered-in-error": "today.statusWrong",
} as const satisfies Record<Booking["status"], string>;

const TONE: Record<Stage, Tone> = { arrived: "info", expected: "neutral", done: "success", off: "warning" };

const REFRESH_MS = 60_000;

/** A day's appointments by where they stand: who is here, who is expected, who has been. */
export function TodayPage({ day }: { day?: string | undefined }): ReactElement {
  const today = isoDay(new Date());
  const shown = day ?? today;
  return (
    <>
      <PageHead
        title={shown === today ? t("today.title") : showDay(shown)}
        lead={weekday(shown)}
        actions={
          <>
            <ButtonLink kind="quiet" href={`/today/${dayAfter(shown, -1)}`} icon={ChevronLeft}>
              {t("today.previous")}
            </ButtonLink>
            {shown !== today && <ButtonLink href="/">{t("today.back")}</ButtonLink>}
            <ButtonLink kind="quiet" href={`/today/${dayAfter(shown, 1)}`} icon={ChevronRight}>
              {t("today.next")}
            </ButtonLink>
          </>
        }
      />
      <Day day={shown} />
    </>
  );
}

const weekday = (day: string): string =>
  `${new Intl.DateTimeFormat(undefined, { weekday: "long" }).format(new Date(`${day}T12:00:00`))} ${showDay(day)}`;

function Day({ day }: { day: string }): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["today", day],
    queryFn: async ({ signal }) => bookingsOf(await search("Appointment", dayQuery(day), signal)),
    refetchInterval: REFRESH_MS,
  });
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error)
    return (
      <ErrorState
        title={t("today.failed")}
        requestId={error instanceof FhirFault ? error.requestId : undefined}
        onRetry={() => void refetch()}
      >
        {t("today.failedHint")}
      </ErrorState>
    );
  if (data.length === 0)
    return (
      <Card>
        <EmptyState icon={CalendarDays} title={t("today.none")}>
          {t("today.noneHint")}
        </EmptyState>
      </Card>
    );
  return (
    <>
      {STAGES.map((stage) => (
        <StageCard key={stage} stage={stage} bookings={data.filter((one) => stageOf(one) === stage)} />
      ))}
    </>
  );
}

function StageCard({ stage, bookings }: { stage: Stage; bookings: readonly Booking[] }): ReactElement | null {
  if (bookings.length === 0) return null;
  const title = t(`today.${stage}`);
  return (
    <Card title={title} note={t("today.count", { count: bookings.length })} flush>
      <Table caption={title} columns={columns()} rows={bookings} rowKey={(it) => it.id} />
    </Card>
  );
}

const columns = (): readonly Column<Booking>[] => [
  {
    id: "time",
    label: t("today.time"),
    cell: (it) => (
      <span className="nowrap tabular strong">
        {showTime(it.start)}
        {it.minutes !== undefined && <span className="muted small"> {t("today.minutes", { count: it.minutes })}</span>}
      </span>
    ),
  },
  {
    id: "patient",
    label: t("today.patient"),
    cell: ({ patient }) =>
      patient ? (
        <Link href={`/patients/${patient.id}`} className="row-link" data-row-link="">
          {patient.name}
        </Link>
      ) : (
        <span className="muted">{t("today.hiddenPatient")}</span>
      ),
  },
  { id: "what", label: t("today.what"), cell: (it) => it.what },
  { id: "with", label: t("today.with"), cell: (it) => it.practitioner },
  {
    id: "status",
    label: t("today.status"),
    cell: (it) => <Badge tone={TONE[stageOf(it)]}>{t(STATUS[it.status])}</Badge>,
  },
];
