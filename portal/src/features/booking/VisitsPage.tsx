import { CalendarCheck, CalendarClock, CalendarPlus, CalendarX, LogIn, Video } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { cancel } from "../../fhir/appointments.ts";
import { t } from "../../i18n/index.ts";
import { useOpenCalls } from "../../live/openCalls.ts";
import { useSession } from "../../session/index.ts";
import {
  Badge,
  Banner,
  Button,
  ButtonLink,
  Card,
  Dialog,
  EmptyState,
  ErrorState,
  PageHead,
  Skeleton,
  showDay,
  TextField,
  type Tone,
  toast,
} from "../../ui/index.ts";
import { dayIn, dayWords, ownZone, sameClock, showTimeIn, zoneName } from "../../ui/zones.ts";
import { refusalText, useOwnChange, useSeconds, useVisits, useWaiting, type Visit, type Waiting } from "./data.ts";
import { calendarFile, offerFile } from "./ics.ts";
import { clockLeft } from "./plan.ts";
import "./booking.css";

/** One's own appointments: those to come with what can be done, offers, the wait list, and those that were. */
export function VisitsPage(): ReactElement {
  const { patient, role, patients } = useSession();
  const visits = useVisits(patient);
  const name = role === "patient" ? undefined : patients.find((one) => one.id === patient)?.name;
  const [now] = useState(Date.now);
  const all = visits.data?.visits ?? [];
  const calls = useOpenCalls(role !== "helper" && all.some(({ video }) => video));
  const isToCome = (one: Visit): boolean =>
    (Date.parse(one.end) > now || calls.includes(one.id)) &&
    one.status !== "cancelled" &&
    one.state !== "done" &&
    one.state !== "no-show";
  return (
    <div className="booking stack">
      <PageHead
        title={t("booking.title")}
        {...(name && { lead: t("booking.titleFor", { name }) })}
        actions={
          <ButtonLink kind="primary" icon={CalendarPlus} href="/appointments/new">
            {t("booking.new")}
          </ButtonLink>
        }
      />
      <Offers />
      {visits.isPending ? (
        <Card>
          <Skeleton lines={5} />
        </Card>
      ) : visits.isError ? (
        <ErrorState
          title={t("booking.visitsFailed")}
          requestId={visits.error instanceof Problem ? visits.error.requestId : undefined}
          onRetry={() => void visits.refetch()}
        >
          {t("booking.tryAgain")}
        </ErrorState>
      ) : (
        <>
          <h2>{t("booking.toCome")}</h2>
          {all.filter(isToCome).length === 0 && (
            <Card>
              <EmptyState title={t("booking.noneToCome")}>{t("booking.noneToComeHint")}</EmptyState>
            </Card>
          )}
          {all.filter(isToCome).map((one) => (
            <VisitCard key={one.id} visit={one} canJoin={calls.includes(one.id)} mayJoin={role !== "helper"} />
          ))}
          <Places />
          <Past visits={all.filter((one) => !isToCome(one))} />
        </>
      )}
    </div>
  );
}

/** `Monday, 12-Mar-2026 at 09:30 (Eastern Daylight Time)`, and the reader's own clock where it differs. */
function When({ start, zone }: { start: string; zone: string }): ReactElement {
  const day = dayIn(start, zone);
  const at = Date.parse(start);
  const own = ownZone();
  return (
    <>
      <span className="visit-when">
        {t("booking.at", { day: `${dayWords(day, "weekday")}, ${showDay(day)}`, time: showTimeIn(start, zone) })}
      </span>
      <span className="muted small">
        {zoneName(zone, at)}
        {!sameClock(zone, own, at) &&
          `. ${t("booking.onYourClockIs", { time: showTimeIn(start, own), zone: zoneName(own, at) })}`}
      </span>
    </>
  );
}

const TONES: Partial<Record<Visit["state"], Tone>> = { arrived: "success", done: "success", "no-show": "warning" };

interface VisitCardProps {
  readonly visit: Visit;
  /** It is by video, and its doors are open. */
  readonly canJoin: boolean;
  /** Whoever only arranges visits joins none. */
  readonly mayJoin: boolean;
}

function VisitCard({ visit, canJoin, mayJoin }: VisitCardProps): ReactElement {
  const { organisation } = useSession();
  const [isCancelling, setCancelling] = useState(false);
  const who = visit.providers.filter(Boolean).join(", ");
  const checkIn = useOwnChange(() =>
    answer(api.POST("/api/scheduling/mine/{appointment}/check-in", { params: { path: { appointment: visit.id } } })),
  );

  function addToCalendar(): void {
    const entry = {
      ...visit,
      place: visit.place ?? undefined,
      title: t("booking.calendarTitle", { clinic: organisation.name }),
    };
    offerFile(calendarFile(entry, location.host), "appointment.ics");
  }

  return (
    <Card>
      <div className="stack" data-gap="3">
        <div className="stack" data-gap="1">
          <When start={visit.start} zone={visit.zone} />
          <span>
            {visit.serviceName}
            {who && ` ${t("booking.withLower", { who })}`}
          </span>
          <span className="muted">{visit.video ? t("booking.byVideo") : (visit.place ?? t("booking.atClinic"))}</span>
        </div>
        <div className="row">
          {visit.asked ? (
            <Badge tone="warning">{t("booking.waitsForClinic")}</Badge>
          ) : (
            <Badge tone={TONES[visit.state] ?? "info"}>{t(`booking.state.${visit.state}`)}</Badge>
          )}
          {visit.confirmed && <Badge tone="success">{t("booking.confirmed")}</Badge>}
        </div>
        {visit.movedBecause && <p>{t("booking.movedBecause", { reason: visit.movedBecause })}</p>}
        {checkIn.isError && (
          <Banner tone="danger" role="alert">
            {refusalText(checkIn.error) || t("booking.checkInFailed")}
          </Banner>
        )}
        {visit.video && mayJoin && !visit.asked && (
          <ButtonLink
            kind={canJoin ? "primary" : "secondary"}
            size={canJoin ? "large" : "medium"}
            icon={Video}
            href={`/visits/${visit.id}`}
          >
            {t(canJoin ? "booking.join" : "booking.getReady")}
          </ButtonLink>
        )}
        {visit.canCheckIn && !visit.video && (
          <Button
            kind="primary"
            size="large"
            icon={LogIn}
            isPending={checkIn.isPending}
            onPress={() => checkIn.mutate(undefined)}
          >
            {t("booking.checkIn")}
          </Button>
        )}
        {visit.state === "arrived" && <p>{t(visit.video ? "booking.checkedInVideo" : "booking.checkedIn")}</p>}
        <div className="row">
          {visit.canMove && (
            <ButtonLink icon={CalendarClock} href={`/appointments/${visit.id}/move`}>
              {t("booking.move")}
            </ButtonLink>
          )}
          {!visit.asked && (
            <Button icon={CalendarCheck} onPress={addToCalendar}>
              {t("booking.addToCalendar")}
            </Button>
          )}
          {visit.canCancel && (
            <Button kind="danger" icon={CalendarX} onPress={() => setCancelling(true)}>
              {t(visit.asked ? "booking.withdraw" : "booking.cancel")}
            </Button>
          )}
        </div>
        <Window visit={visit} />
      </div>
      <CancelDialog visit={visit} isOpen={isCancelling} onClose={() => setCancelling(false)} />
    </Card>
  );
}

/** Until when one may change it oneself, or why not any more. */
function Window({ visit }: { visit: Visit }): ReactElement | null {
  if (visit.state !== "booked") return null;
  if (!visit.changeUntil) return <p className="muted">{t("booking.tooLate")}</p>;
  const day = dayIn(visit.changeUntil, visit.zone);
  return (
    <p className="muted">
      {t("booking.mayChangeUntil", { day: showDay(day), time: showTimeIn(visit.changeUntil, visit.zone) })}
    </p>
  );
}

interface CancelDialogProps {
  readonly visit: Visit;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function CancelDialog({ visit, isOpen, onClose }: CancelDialogProps): ReactElement {
  const [comment, setComment] = useState("");
  const send = useOwnChange(
    () => cancel(visit.id, "pat-cpp", { comment: comment.trim() || undefined }),
    () => {
      toast({ text: t("booking.cancelled") });
      onClose();
    },
  );

  return (
    <Dialog
      title={t("booking.cancelTitle")}
      isOpen={isOpen}
      onClose={onClose}
      role="alertdialog"
      actions={
        <>
          <Button onPress={onClose}>{t("booking.keep")}</Button>
          <Button kind="danger" isPending={send.isPending} onPress={() => send.mutate(undefined)}>
            {t("booking.cancel")}
          </Button>
        </>
      }
    >
      {send.isError && (
        <Banner tone="danger" role="alert">
          {refusalText(send.error) || t("booking.cancelFailed")}
        </Banner>
      )}
      <p>
        {visit.serviceName}, {showDay(dayIn(visit.start, visit.zone))}, {showTimeIn(visit.start, visit.zone)}
      </p>
      <p>{t("booking.cancelMeans")}</p>
      <TextField label={t("booking.cancelReason")} optional maxLength={200} value={comment} onChange={setComment} />
    </Dialog>
  );
}

/** Times that became free and are kept for whoever waits, for so long. */
function Offers(): ReactElement | null {
  const waiting = useWaiting();
  const offers = (waiting.data?.waiting ?? []).filter((one) => one.offer);
  const now = useSeconds(offers.length > 0);
  if (offers.length === 0) return null;
  return (
    <>
      {offers.map((one) => (
        <OfferCard key={one.id} place={one} names={waiting.data?.names ?? {}} now={now} />
      ))}
    </>
  );
}

interface OfferProps {
  readonly place: Waiting;
  readonly names: Readonly<Record<string, string>>;
  readonly now: number;
}

function OfferCard({ place, names, now }: OfferProps): ReactElement | null {
  const params = { path: { appointment: place.id } };
  const reply = useOwnChange(
    (isYes: boolean) =>
      isYes
        ? answer(api.POST("/api/scheduling/offers/{appointment}/accept", { params }))
        : answer(api.POST("/api/scheduling/offers/{appointment}/decline", { params })),
    (_, isYes) => toast({ text: t(isYes ? "booking.offerTaken" : "booking.offerLeft") }),
  );
  const { offer } = place;
  if (!offer) return null;
  const isOver = Date.parse(offer.expires) <= now;
  const who = offer.actors.map((one) => (one.startsWith("Practitioner") ? (names[one] ?? "") : "")).filter(Boolean);
  return (
    <Card title={t("booking.offerTitle")}>
      <div className="stack" data-gap="3">
        <div className="stack" data-gap="1">
          <When start={offer.start} zone={offer.zone} />
          <span>
            {place.serviceName}
            {who.length > 0 && ` ${t("booking.withLower", { who: who.join(", ") })}`}
          </span>
        </div>
        <p role="timer" className="strong">
          {isOver ? t("booking.offerOver") : t("booking.offerLeftTime", { left: clockLeft(offer.expires, now) })}
        </p>
        {reply.isError && (
          <Banner tone="danger" role="alert">
            {refusalText(reply.error) || t("booking.offerFailed")}
          </Banner>
        )}
        <div className="row">
          <Button
            kind="primary"
            isDisabled={isOver}
            isPending={reply.isPending && reply.variables}
            onPress={() => reply.mutate(true)}
          >
            {t("booking.offerTake")}
          </Button>
          <Button
            isDisabled={isOver}
            isPending={reply.isPending && !reply.variables}
            onPress={() => reply.mutate(false)}
          >
            {t("booking.offerLeave")}
          </Button>
        </div>
      </div>
    </Card>
  );
}

/** Places on the wait list. */
function Places(): ReactElement | null {
  const waiting = useWaiting();
  const places = (waiting.data?.waiting ?? []).filter((one) => !one.offer);
  const leave = useOwnChange(
    (id: string) =>
      answer(api.DELETE("/api/scheduling/wait-list/{appointment}", { params: { path: { appointment: id } } })),
    () => toast({ text: t("booking.offList") }),
  );
  if (places.length === 0) return null;
  return (
    <>
      <h2>{t("booking.waitList")}</h2>
      {places.map((one) => (
        <Card key={one.id}>
          <div className="row" data-justify="between">
            <span>
              <span className="strong">{one.serviceName}</span>
              <br />
              <span className="muted">{t("booking.waitMeans")}</span>
            </span>
            <Button isPending={leave.isPending && leave.variables === one.id} onPress={() => leave.mutate(one.id)}>
              {t("booking.leaveList")}
            </Button>
          </div>
        </Card>
      ))}
    </>
  );
}

const MOST_PAST = 10;

function Past({ visits }: { visits: readonly Visit[] }): ReactElement | null {
  if (visits.length === 0) return null;
  return (
    <>
      <h2>{t("booking.past")}</h2>
      <Card flush>
        <ul className="visit-list">
          {visits.slice(0, MOST_PAST).map((one) => (
            <li key={one.id}>
              <span>
                <span className="strong nowrap">{showDay(dayIn(one.start, one.zone))}</span>, {one.serviceName}
              </span>
              <Badge tone={TONES[one.state] ?? "neutral"}>{t(`booking.state.${one.state}`)}</Badge>
              {one.cancelledBecause && <span className="muted small">{one.cancelledBecause}</span>}
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
