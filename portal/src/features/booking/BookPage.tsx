import { useMutation } from "@tanstack/react-query";
import { CalendarCheck, ChevronLeft } from "lucide-react";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { book, bookHeld, cancel, freeTimes, heldUntil, hold, type Opening } from "../../fhir/appointments.ts";
import { t } from "../../i18n/index.ts";
import { useDraft, useSession } from "../../session/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  EmptyState,
  ErrorState,
  Facts,
  Skeleton,
  Stepper,
  showDay,
  TextField,
} from "../../ui/index.ts";
import { dayIn, dayWords, ownZone, sameClock, showTimeIn, zoneName } from "../../ui/zones.ts";
import { Choices } from "./Choices.tsx";
import { refusalText, useOwnChange, useSeconds, useServices, useVisits } from "./data.ts";
import { calendarFile, offerFile } from "./ics.ts";
import {
  clockLeft,
  EMPTY_PLAN,
  hoursOf,
  type Plan,
  type Service,
  type Step,
  stepOf,
  stepsFor,
  withService,
  withWho,
} from "./plan.ts";
import { TimesChoice } from "./TimesChoice.tsx";
import { WaitForm } from "./WaitForm.tsx";
import "./booking.css";

/** What was booked, or asked for, as far as the last page tells it. */
interface Done {
  readonly id: string;
  readonly service: Service;
  readonly opening: Opening;
  readonly isRequest: boolean;
}

/** Booking by oneself: what for, with whom, when, and a look at it before it is sent. One question a page. */
export function BookPage(): ReactElement {
  const { patient } = useSession();
  const services = useServices();
  const draft = useDraft<Plan>(`booking/${patient ?? ""}`, EMPTY_PLAN);
  const [query, setQuery] = useSearchParams();
  const [done, setDone] = useState<Done | null>(null);
  const plan = draft.value;
  const service = services.data?.services.find((one) => one.reference === plan.service);
  const step = stepOf(query.get("step"), plan, service);
  const title = useArrival(done ? "done" : step);

  const go = (to: Step): void => setQuery({ step: to });
  const back = previousOf(step, service);

  if (services.isPending) return <Skeleton lines={6} />;
  if (services.isError)
    return (
      <ErrorState isPage title={t("booking.servicesFailed")} onRetry={() => void services.refetch()}>
        {t("booking.tryAgain")}
      </ErrorState>
    );
  if (services.data.services.length === 0)
    return (
      <EmptyState isPage icon={CalendarCheck} title={t("booking.nothingOnline")}>
        {t("booking.callUs")}
      </EmptyState>
    );
  if (done) return <DoneStep done={done} titleRef={title} />;
  return (
    <div className="booking stack">
      {back && (
        <div>
          <Button kind="quiet" icon={ChevronLeft} onPress={() => go(back)}>
            {t("booking.back")}
          </Button>
        </div>
      )}
      <Stepper
        step={stepsFor(service).indexOf(step) + 1}
        count={stepsFor(service).length}
        label={t(`booking.step.${step}`)}
      />
      <h1 ref={title} tabIndex={-1}>
        {t(`booking.question.${step}`)}
      </h1>
      {step === "what" && (
        <Choices
          label={t("booking.question.what")}
          chosen={plan.service}
          choices={services.data.services.map((one) => ({
            id: one.reference,
            label: one.name,
            hint: t(`booking.modeHint.${one.mode === "hidden" ? "view" : one.mode}`, { count: one.minutes }),
          }))}
          onChoose={(reference) => {
            const chosen = services.data.services.find((one) => one.reference === reference);
            if (!chosen) return;
            draft.change((now) => withService(now, chosen));
            go(chosen.providers.length < 2 ? "when" : "who");
          }}
        />
      )}
      {step === "who" && service && (
        <Choices
          label={t("booking.question.who")}
          chosen={plan.who}
          choices={[
            { id: "", label: t("booking.anybody"), hint: t("booking.anybodyHint") },
            ...service.providers.map((one) => ({ id: one, label: services.data.names[one] ?? one })),
          ]}
          onChoose={(who) => {
            draft.change((now) => withWho(now, who));
            go("when");
          }}
        />
      )}
      {step === "when" && service && (
        <WhenStep service={service} plan={plan} onPlan={draft.change} onNext={() => go("confirm")} />
      )}
      {step === "confirm" && service && plan.opening && (
        <ConfirmStep
          service={service}
          plan={plan}
          opening={plan.opening}
          onPlan={draft.change}
          onAgain={() => go("when")}
          onDone={(made) => {
            draft.discard();
            setDone(made);
          }}
        />
      )}
    </div>
  );
}

/** Each page begins at its question. */
function useArrival(at: string) {
  const title = useRef<HTMLHeadingElement>(null);
  const before = useRef(at);
  useEffect(() => {
    if (before.current === at) return;
    before.current = at;
    title.current?.focus();
  }, [at]);
  return title;
}

function previousOf(step: Step, service: Service | undefined): Step | undefined {
  const steps = stepsFor(service);
  return steps[steps.indexOf(step) - 1];
}

/** What was held before is let go; should that fail, the clinic's clock does it. */
const letGo = (plan: Plan): void => {
  if (plan.hold && Date.parse(plan.hold.until) > Date.now())
    void cancel(plan.hold.id, "pat-cpp").catch(() => undefined);
};

interface WhenProps {
  readonly service: Service;
  readonly plan: Plan;
  readonly onPlan: (change: (now: Plan) => Plan) => void;
  readonly onNext: () => void;
}

/** A time is kept for a few minutes as soon as it is chosen, so that it is not lost on the last page. */
function WhenStep({ service, plan, onPlan, onNext }: WhenProps): ReactElement {
  const { patient } = useSession();
  const [isWaiting, setWaiting] = useState(false);
  const keep = useMutation({
    mutationFn: async (opening: Opening) => {
      letGo(plan);
      if (service.mode === "view") return null;
      const { start, end, actors } = opening;
      const wanted = { service: service.reference, start, end, actors, patient: `Patient/${patient ?? ""}` };
      // Who holds as much as one may goes on without: the last page then says whether the time is still free.
      return hold(wanted).catch((problem: unknown) => {
        if (freeTimes(problem)?.length === 0) return null;
        throw problem;
      });
    },
    onSuccess: (held, opening) => {
      const until = held ? heldUntil(held) : undefined;
      onPlan((now) => ({ ...now, opening, hold: held?.id && until ? { id: held.id, until } : null }));
      onNext();
    },
  });
  return (
    <>
      <EnoughVisits service={service} />
      {keep.isError && (
        <Banner tone="danger" role="alert" title={refusalText(keep.error) || t("booking.keepFailed")}>
          {t(freeTimes(keep.error) ? "booking.chooseAnother" : "booking.tryAgain")}
        </Banner>
      )}
      <TimesChoice
        service={service}
        who={plan.who ?? ""}
        chosen={plan.opening?.start ?? null}
        onChoose={(opening) => keep.mutate(opening)}
        isPending={keep.isPending}
      />
      {service.mode !== "view" && (
        <Card title={t("booking.nothingFits")}>
          <div className="stack">
            <p>{t("booking.waitOffer")}</p>
            {isWaiting ? (
              <WaitForm service={service} who={plan.who ?? ""} onDone={() => setWaiting(false)} />
            ) : (
              <div>
                <Button onPress={() => setWaiting(true)}>{t("booking.joinList")}</Button>
              </div>
            )}
          </div>
        </Card>
      )}
    </>
  );
}

/** Said before somebody chooses a time: the clinic takes only so many bookings of one person at a time. */
function EnoughVisits({ service }: { service: Service }): ReactElement | null {
  const { patient } = useSession();
  const visits = useVisits(patient).data?.visits ?? [];
  const [now] = useState(Date.now);
  const open = visits.filter(
    (one) => (one.status === "booked" || one.status === "pending") && Date.parse(one.start) > now,
  ).length;
  if (service.mode === "view" || open < service.mostOpen) return null;
  return (
    <Banner tone="warning" title={t("booking.enough", { count: open })}>
      <div className="stack" data-gap="2">
        <p>{t("booking.enoughHint")}</p>
        <div>
          <ButtonLink href="/appointments">{t("booking.toVisits")}</ButtonLink>
        </div>
      </div>
    </Banner>
  );
}

interface ConfirmProps {
  readonly service: Service;
  readonly plan: Plan;
  readonly opening: Opening;
  readonly onPlan: (change: (now: Plan) => Plan) => void;
  readonly onAgain: () => void;
  readonly onDone: (done: Done) => void;
}

function ConfirmStep({ service, plan, opening, onPlan, onAgain, onDone }: ConfirmProps): ReactElement {
  const { patient, role, patients } = useSession();
  const now = useSeconds(plan.hold !== null);
  const isHeld = plan.hold !== null && Date.parse(plan.hold.until) > now;
  const zone = opening.zone ?? ownZone();
  const send = useOwnChange(
    async () => {
      const reason = plan.reason.trim() || undefined;
      if (isHeld && plan.hold) return bookHeld(plan.hold.id, reason);
      const { start, end, actors } = opening;
      return book({ service: service.reference, start, end, actors, patient: `Patient/${patient ?? ""}`, reason });
    },
    (made) => onDone({ id: made.id ?? "", service, opening, isRequest: made.status === "pending" }),
  );
  const name = role === "patient" ? undefined : patients.find((one) => one.id === patient)?.name;
  const isRequest = service.mode === "request";
  if (service.mode === "view")
    return (
      <>
        <Summary service={service} opening={opening} zone={zone} whose={name} />
        <Banner title={t("booking.viewOnly")}>{t("booking.callUs")}</Banner>
      </>
    );
  return (
    <>
      <Summary service={service} opening={opening} zone={zone} whose={name} />
      {send.isError && (
        <Banner tone="danger" role="alert" title={refusalText(send.error) || t("booking.bookFailed")}>
          <div className="row">
            {freeTimes(send.error)?.length ? (
              <Button onPress={onAgain}>{t("booking.otherTime")}</Button>
            ) : (
              <ButtonLink href="/appointments">{t("booking.toVisits")}</ButtonLink>
            )}
          </div>
        </Banner>
      )}
      <p className={isHeld ? undefined : "muted"}>
        {isHeld && plan.hold
          ? t("booking.heldFor", { left: clockLeft(plan.hold.until, now) })
          : plan.hold && t("booking.heldNoMore")}
      </p>
      <TextField
        label={t("booking.reason")}
        hint={t("booking.reasonHint")}
        optional
        rows={3}
        maxLength={300}
        value={plan.reason}
        onChange={(reason) => onPlan((before) => ({ ...before, reason }))}
      />
      <p>{isRequest ? t("booking.requestMeans") : t("booking.instantMeans")}</p>
      <p className="muted">{t("booking.changeUntil", { count: hoursOf(service.notice) })}</p>
      <div>
        <Button kind="primary" size="large" wide isPending={send.isPending} onPress={() => send.mutate(undefined)}>
          {t(isRequest ? "booking.sendRequest" : "booking.bookIt")}
        </Button>
      </div>
    </>
  );
}

interface SummaryProps {
  readonly service: Service;
  readonly opening: Opening;
  readonly zone: string;
  /** For whom, where one acts for somebody else. */
  readonly whose: string | undefined;
}

function Summary({ service, opening, zone, whose }: SummaryProps): ReactElement {
  const day = dayIn(opening.start, zone);
  const own = ownZone();
  const at = Date.parse(opening.start);
  const facts = [
    ...(whose ? [{ name: t("booking.for"), value: whose }] : []),
    { name: t("booking.what"), value: service.name },
    ...(opening.who ? [{ name: t("booking.who"), value: opening.who }] : []),
    { name: t("booking.day"), value: `${dayWords(day, "weekday")}, ${showDay(day)}` },
    {
      name: t("booking.time"),
      value: `${showTimeIn(opening.start, zone)} (${zoneName(zone, at)})`,
    },
    ...(sameClock(zone, own, at)
      ? []
      : [{ name: t("booking.onYourClock"), value: `${showTimeIn(opening.start, own)} (${zoneName(own, at)})` }]),
    { name: t("booking.how"), value: t(service.video ? "booking.byVideo" : "booking.atClinic") },
    { name: t("booking.length"), value: t("booking.minutes", { count: service.minutes }) },
  ];
  return (
    <Card>
      <Facts facts={facts} />
    </Card>
  );
}

function DoneStep({
  done,
  titleRef,
}: {
  done: Done;
  titleRef: React.RefObject<HTMLHeadingElement | null>;
}): ReactElement {
  const { organisation } = useSession();
  const { opening, isRequest, service } = done;
  const zone = opening.zone ?? ownZone();

  function addToCalendar(): void {
    const entry = { ...opening, id: done.id, title: t("booking.calendarTitle", { clinic: organisation.name }) };
    offerFile(calendarFile(entry, location.host), "appointment.ics");
  }

  return (
    <div className="booking stack">
      <h1 ref={titleRef} tabIndex={-1}>
        {t(isRequest ? "booking.asked" : "booking.booked")}
      </h1>
      <Banner tone={isRequest ? "info" : "success"}>{t(isRequest ? "booking.askedNext" : "booking.bookedNext")}</Banner>
      <Summary service={service} opening={opening} zone={zone} whose={undefined} />
      <div className="row">
        {!isRequest && (
          <Button icon={CalendarCheck} onPress={addToCalendar}>
            {t("booking.addToCalendar")}
          </Button>
        )}
        <ButtonLink kind="primary" href="/appointments">
          {t("booking.toVisits")}
        </ButtonLink>
      </div>
    </div>
  );
}
