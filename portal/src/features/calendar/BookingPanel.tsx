import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ComponentType, type FormEvent, type ReactElement, useMemo, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { book, findTimes, freeTimes } from "../../fhir/appointments.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Banner,
  Button,
  DateField,
  ErrorSummary,
  Select,
  Skeleton,
  showDay,
  showTime,
  TextField,
  toast,
  Workspace,
} from "../../ui/index.ts";
import { dayAfter, dayIn, instantOf, isoIn, showTimeIn } from "../../ui/zones.ts";
import {
  actorsWanted,
  type Booking,
  type Chosen,
  type Every,
  emptyBooking,
  LEAST_TIMES,
  MOST_TIMES,
  missingIn,
  ruleOf,
  withService,
} from "./booking.ts";
import { FreeTimes } from "./ConflictDialog.tsx";
import { type Actor, CALENDAR_KEY, type Service } from "./calendar.ts";
import { firstWords } from "./useMoves.ts";

/** A field for a patient, handed in: who patients are is another feature's matter. */
export type PatientField = ComponentType<{
  readonly value: Chosen | null;
  readonly onChange: (patient: Chosen | null) => void;
  readonly error?: string | undefined;
  readonly id?: string | undefined;
}>;

export interface BookingPanelProps {
  readonly draft: string;
  /** What it starts from: the day that is shown, a place that was drawn. */
  readonly start: Booking;
  readonly services: readonly Service[];
  readonly actors: readonly Actor[];
  readonly zone: string;
  readonly patientField: PatientField;
  /** Nothing suits: the patient would rather wait. */
  readonly onWait: (booking: Booking) => void;
  readonly onClose: () => void;
}

/** Booking at the desk: who, what for, with whom, when. What is written stays until it is booked or given up. */
export function BookingPanel(props: BookingPanelProps): ReactElement {
  const { services, actors, zone, patientField: Patient, onClose } = props;
  const draft = useDraft(props.draft, props.start);
  const booking = draft.value;
  const service = services.find((one) => one.reference === booking.service);
  const change = (more: Partial<Booking>): void => draft.change((now) => ({ ...now, ...more }));
  const [seen, setSeen] = useState<readonly ("patient" | "service" | "start")[]>([]);
  const mistakes = useMemo(
    () => seen.map((one) => ({ field: `booking-${one}`, message: t(`calendar.need.${one}`) })),
    [seen],
  );
  const error = (field: "patient" | "service" | "start") =>
    seen.includes(field) ? t(`calendar.need.${field}`) : undefined;
  const send = useBooking(booking, zone, () => {
    draft.discard();
    onClose();
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    const missing = missingIn(booking);
    setSeen(missing);
    if (missing.length === 0) send.mutate();
  }

  return (
    <Workspace
      title={t("calendar.newTitle")}
      onClose={onClose}
      foot={
        <>
          <span className="small muted">
            {draft.savedAt ? t("calendar.kept", { time: showTime(draft.savedAt) }) : ""}
          </span>
          <span className="row">
            {draft.savedAt && (
              <Button
                kind="quiet"
                onPress={() => {
                  draft.discard();
                  onClose();
                }}
              >
                {t("calendar.discard")}
              </Button>
            )}
            <Button type="submit" form="booking" kind="primary" isPending={send.isPending}>
              {t("calendar.book")}
            </Button>
          </span>
        </>
      }
    >
      <form id="booking" className="stack" onSubmit={submit} noValidate>
        <ErrorSummary mistakes={mistakes} />
        <Refusal problem={send.error} zone={zone} onTake={(start) => change(placeAt(start, zone))} />
        <Patient
          id="booking-patient"
          value={booking.patient}
          onChange={(patient) => change({ patient })}
          error={error("patient")}
        />
        <Select
          id="booking-service"
          label={t("calendar.service")}
          value={booking.service}
          onChange={(value) => {
            const chosen = services.find((one) => one.reference === value);
            if (chosen) draft.change((now) => withService(now, chosen));
          }}
          options={services.map((one) => ({ value: one.reference, label: serviceName(one) }))}
          error={error("service")}
        />
        {service && <Who booking={booking} service={service} actors={actors} onChange={change} />}
        <When
          booking={booking}
          zone={zone}
          error={error("start")}
          onChange={change}
          onWait={() => props.onWait(booking)}
        />
        <Recurring booking={booking} onChange={change} />
        <TextField
          label={t("calendar.reason")}
          optional
          maxLength={200}
          value={booking.reason}
          onChange={(reason) => change({ reason })}
        />
        <TextField
          label={t("calendar.note")}
          hint={t("calendar.noteHint")}
          optional
          rows={2}
          maxLength={500}
          value={booking.note}
          onChange={(note) => change({ note })}
        />
      </form>
    </Workspace>
  );
}

const serviceName = (one: Service): string => t("calendar.serviceLength", { name: one.name, count: one.minutes });

const placeAt = (start: string, zone: string): Partial<Booking> => ({ start, day: dayIn(start, zone) });

const ANYBODY = "";

function Who({
  booking,
  service,
  actors,
  onChange,
}: {
  booking: Booking;
  service: Service;
  actors: readonly Actor[];
  onChange: (change: Partial<Booking>) => void;
}): ReactElement {
  const fits = (kind: Actor["kind"], able: readonly string[]) =>
    actors
      .filter((one) => one.kind === kind && able.includes(one.reference))
      .map(({ reference, name }) => ({ value: reference, label: name }));
  const fields = [
    { field: "provider", options: fits("practitioner", service.providers), value: booking.provider },
    { field: "room", options: fits("room", service.rooms), value: booking.room },
    { field: "device", options: fits("device", service.devices), value: booking.device },
  ] as const;
  return (
    <>
      {fields.map(({ field, options, value }) =>
        options.length > 0 ? (
          <Select
            key={field}
            label={t(`calendar.${field}`)}
            value={value ?? ANYBODY}
            onChange={(chosen) => onChange({ [field]: chosen || null })}
            options={[{ value: ANYBODY, label: t(`calendar.${field}Any`) }, ...options]}
          />
        ) : null,
      )}
    </>
  );
}

const LENGTHS = [10, 15, 20, 30, 40, 45, 60, 75, 90, 120];

function When({
  booking,
  zone,
  error,
  onChange,
  onWait,
}: {
  booking: Booking;
  zone: string;
  error: string | undefined;
  onChange: (change: Partial<Booking>) => void;
  onWait: () => void;
}): ReactElement {
  const { service, day, start, minutes } = booking;
  const times = useFreeTimes(booking, zone);
  const lengths = LENGTHS.includes(minutes) ? LENGTHS : [...LENGTHS, minutes].sort((a, b) => a - b);
  return (
    <fieldset className="stack" data-gap="3" id="booking-start" tabIndex={-1}>
      <legend className="visually-hidden">{t("calendar.when")}</legend>
      <DateField
        label={t("calendar.day")}
        value={day}
        onChange={(chosen) => chosen && chosen !== day && onChange({ day: chosen, start: null })}
      />
      <Select
        label={t("calendar.length")}
        value={String(minutes)}
        onChange={(value) => onChange({ minutes: Number(value), isOwnLength: true })}
        options={lengths.map((one) => ({ value: String(one), label: t("calendar.minutes", { count: one }) }))}
      />
      {start && (
        <p>
          {t("calendar.chosenTime")}{" "}
          <span className="strong">
            {showDay(dayIn(start, zone))} {showTimeIn(start, zone)}–
            {showTimeIn(isoIn(Date.parse(start) + minutes * 60_000, zone), zone)}
          </span>
        </p>
      )}
      {error && !start && <p className="field-error">{error}</p>}
      {service === null ? (
        <p className="muted small">{t("calendar.serviceFirst")}</p>
      ) : times.isPending ? (
        <Skeleton lines={2} />
      ) : times.isError ? (
        <p className="muted small">{t("calendar.timesFailed")}</p>
      ) : times.data.length === 0 ? (
        <div className="stack" data-gap="2">
          <p className="muted small">{t("calendar.noTimes")}</p>
          <div className="row">
            <Button size="small" onPress={onWait}>
              {t("calendar.waitInstead")}
            </Button>
          </div>
        </div>
      ) : (
        <div className="stack" data-gap="2">
          <p className="small muted">{t("calendar.freeTimes")}</p>
          <div className="times">
            {times.data.map((one) => (
              <Button
                key={one.start}
                size="small"
                kind={start && Date.parse(start) === Date.parse(one.start) ? "primary" : "secondary"}
                onPress={() => onChange({ start: one.start })}
              >
                <span className="tabular">{showTimeIn(one.start, zone)}</span>
                {!booking.provider && one.who && <span className="visually-hidden">, {one.who}</span>}
              </Button>
            ))}
          </div>
        </div>
      )}
    </fieldset>
  );
}

const MOST_SHOWN = 40;

/** Free times of the chosen day. */
function useFreeTimes(booking: Booking, zone: string) {
  const { service, day, minutes } = booking;
  const actors = actorsWanted(booking);
  return useQuery({
    queryKey: ["calendar-times", service, day, minutes, actors, zone],
    enabled: service !== null,
    staleTime: 15_000,
    retry: false,
    queryFn: ({ signal }) =>
      findTimes(
        {
          service: service ?? "",
          start: isoIn(instantOf(day, 0, zone), zone),
          end: isoIn(instantOf(dayAfter(day, 1), 0, zone), zone),
          actors,
          minutes,
          count: MOST_SHOWN,
        },
        signal,
      ),
  });
}

function Recurring({
  booking,
  onChange,
}: {
  booking: Booking;
  onChange: (change: Partial<Booking>) => void;
}): ReactElement {
  const every: readonly Every[] = ["once", "week", "fortnight", "month"];
  return (
    <>
      <Select
        label={t("calendar.every")}
        value={booking.every}
        onChange={(chosen) => onChange({ every: chosen })}
        options={every.map((one) => ({ value: one, label: t(`calendar.every.${one}`) }))}
      />
      {booking.every !== "once" && (
        <TextField
          label={t("calendar.howOften")}
          hint={t("calendar.howOftenHint", { least: LEAST_TIMES, most: MOST_TIMES })}
          inputMode="numeric"
          value={String(booking.times || "")}
          onChange={(text) => onChange({ times: Number(text.replace(/\D/g, "").slice(0, 3)) })}
        />
      )}
    </>
  );
}

/** Why it was refused, and the next free times. */
function Refusal({
  problem,
  zone,
  onTake,
}: {
  problem: Error | null;
  zone: string;
  onTake: (start: string) => void;
}): ReactElement | null {
  if (!problem) return null;
  const free = freeTimes(problem) ?? [];
  const text = problem instanceof FhirFault ? firstWords(problem) : problem instanceof Problem ? problem.detail : "";
  return (
    <Banner tone="danger" role="alert" title={text || t("calendar.bookFailed")}>
      {free.length > 0 ? (
        <div className="stack" data-gap="2">
          <p>{t("calendar.nextFree")}</p>
          <FreeTimes times={free} zone={zone} onTake={onTake} />
        </div>
      ) : (
        t("calendar.nothingBooked")
      )}
    </Banner>
  );
}

function useBooking(booking: Booking, zone: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const rule = ruleOf(booking);
      const start = Date.parse(booking.start ?? "");
      const wanted = {
        service: booking.service ?? "",
        patient: `Patient/${booking.patient?.id ?? ""}`,
        start: isoIn(start, zone),
        end: isoIn(start + booking.minutes * 60_000, zone),
        actors: actorsWanted(booking),
        reason: booking.reason.trim() || undefined,
        comment: booking.note.trim() || undefined,
      };
      if (!rule) {
        await book(wanted);
        return 1;
      }
      const { reason = "", comment = "" } = wanted;
      const body = { ...wanted, reason, comment, rule };
      return (await answer(api.POST("/api/scheduling/series", { body }))).appointments.length;
    },
    onSuccess: (count) => {
      toast({ text: t("calendar.booked", { count, name: booking.patient?.name ?? "" }) });
      onDone();
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: CALENDAR_KEY });
      void client.invalidateQueries({ queryKey: ["calendar-times"] });
    },
  });
}

/** A booking that begins on a day, or where somebody drew it. */
export function bookingAt(day: string, start?: string, minutes?: number, actor?: Actor): Booking {
  const field = actor && ({ practitioner: "provider", room: "room", device: "device" } as const)[actor.kind];
  return {
    ...emptyBooking(day),
    ...(start && { start }),
    ...(minutes && { minutes, isOwnLength: true }),
    ...(actor && field && { [field]: actor.reference }),
  };
}
