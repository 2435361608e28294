import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo, useState, useSyncExternalStore } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import type { Scope } from "../../fhir/appointments.ts";
import { t } from "../../i18n/index.ts";
import { usePolling } from "../../live/index.ts";
import { useSession } from "../../session/index.ts";
import { Button, ErrorState, PageHead, Skeleton, showDay, useKeys, Workspace } from "../../ui/index.ts";
import { dayIn, dayWords, instantOf, ownZone, sameClock, zoneName } from "../../ui/zones.ts";
import { Agenda } from "./Agenda.tsx";
import { BookingPanel, bookingAt, type PatientField } from "./BookingPanel.tsx";
import type { Booking } from "./booking.ts";
import { ColumnHead } from "./ColumnHead.tsx";
import { ConflictDialog } from "./ConflictDialog.tsx";
import {
  type Actor,
  actorsAfter,
  CALENDAR_KEY,
  type Calendar,
  daysShown,
  hoursShown,
  loadCalendar,
  type Shown,
} from "./calendar.ts";
import { type Carry, type Column, columnsOf, STEP } from "./carry.ts";
import { Details } from "./Details.tsx";
import { minutesOf } from "./grid.ts";
import { Requests, useRequests, useWaiting, WaitList } from "./Queue.tsx";
import { SeriesDialog } from "./SeriesDialog.tsx";
import { TimeGrid } from "./TimeGrid.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { type Moving, useMoves } from "./useMoves.ts";
import { useShown } from "./useShown.ts";
import { WaitForm } from "./WaitForm.tsx";
import { type Wish, wishFrom, wishOf } from "./waiting.ts";
import "./calendar.css";

/** What is open beside the calendar. */
type Panel =
  | { readonly kind: "booking"; readonly start: Booking; readonly draft: string }
  | { readonly kind: "details"; readonly id: string }
  | { readonly kind: "requests" }
  | { readonly kind: "waiting"; readonly wish?: Wish };

/** The clinic's calendar: by day, by week, or several side by side; on a phone the same as a list. */
export function CalendarPage({ patientField }: { patientField: PatientField }): ReactElement {
  const { role, may, person } = useSession();
  const mayBook = may("Appointment.create");
  const [guess, setGuess] = useState(ownZone);
  const today = dayIn(Date.now(), guess);
  const first = useMemo(() => firstShown(today, role === "clinician" ? person : ""), [today, role, person]);
  const { shown, show, turn } = useShown(first);
  const days = daysShown(shown);
  const query = useQuery({
    queryKey: [...CALENDAR_KEY, days[0], days.length, guess],
    queryFn: async ({ signal }) => {
      const calendar = await loadCalendar(days, guess, signal);
      // The clinic's own clock is known with the first answer; a reader elsewhere asks once more, by that clock.
      if (calendar.zone !== guess) setGuess(calendar.zone);
      return calendar;
    },
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(),
  });
  const services = useQuery({
    queryKey: ["scheduling-services"],
    queryFn: ({ signal }) => answer(api.GET("/api/scheduling/services", { signal })),
  });
  const calendar = query.data;
  const zone = calendar?.zone ?? guess;
  const actors = calendar?.actors ?? [];
  const actor = shown.view === "resources" ? undefined : shown.actors[0];
  const isWide = useWide();
  const moves = useMoves(zone);
  const [panel, setPanel] = useState<Panel | null>(null);
  const [carry, setCarry] = useState<Carry | null>(null);
  const [asking, setAsking] = useState<Moving | null>(null);

  const newBooking = (start: Booking): void => setPanel({ kind: "booking", start, draft: "calendar/booking" });
  const openNew = (): void => newBooking(bookingAt(shown.day));

  function drop(done: Carry): void {
    if (done.how === "draw") setPanel(drawnPanel(done));
    else moveTo(done);
  }

  /** What was drawn begins a booking of its own; one half written is kept under its own name. */
  function drawnPanel({ now: { span, column } }: Carry): Panel {
    const minutes = minutesOf(span);
    const whose = actors.find((one) => one.reference === (column.actor ?? actor));
    const start = new Date(span.start).toISOString();
    const booking = bookingAt(dayIn(span.start, zone), start, minutes > STEP ? minutes : undefined, whose);
    return { kind: "booking", start: booking, draft: `calendar/booking/${start}/${whose?.reference ?? ""}` };
  }

  function moveTo({ id, from, now: { span, column } }: Carry): void {
    const entry = calendar?.appointments.find((one) => one.id === id);
    if (!entry) return;
    const moving: Moving = { entry, span, actors: actorsAfter(entry.actors, from.column.actor, column.actor) };
    if (!days.includes(dayIn(span.start, zone))) show({ day: dayIn(span.start, zone) });
    if (entry.series) setAsking(moving);
    else moves.move(moving);
  }

  function takeFree(start: string): void {
    const refused = moves.conflict?.moving;
    moves.forget();
    if (!refused) return;
    const at = Date.parse(start);
    moves.move({ ...refused, span: { start: at, end: at + (refused.span.end - refused.span.start) } });
  }

  useCalendarKeys({ carry, show, turn, today, onNew: mayBook ? openNew : undefined });

  const chosen = panel?.kind === "details" ? calendar?.appointments.find((one) => one.id === panel.id) : undefined;
  return (
    <div className="calendar-page">
      <PageHead title={titleOf(shown, days)} lead={<Zones zone={zone} day={shown.day} />} />
      <Toolbar
        shown={shown}
        today={today}
        actors={actors}
        actor={actor}
        mayBook={mayBook}
        onShow={show}
        onTurn={turn}
        onNew={openNew}
      >
        <Queues isOn={mayBook} onOpen={(kind) => setPanel({ kind })} />
      </Toolbar>
      <div className="calendar-main" data-panel={panel ? "" : undefined}>
        {query.isError && !calendar ? (
          <ErrorState
            title={t("calendar.failed")}
            requestId={query.error instanceof Problem ? query.error.requestId : undefined}
            onRetry={() => void query.refetch()}
          >
            {t("calendar.failedHint")}
          </ErrorState>
        ) : !calendar ? (
          <Skeleton lines={12} />
        ) : isWide ? (
          <Grid
            calendar={calendar}
            shown={shown}
            days={days}
            actor={actor}
            today={today}
            pending={moves.pending}
            chosen={chosen?.id ?? null}
            mayBook={mayBook}
            carry={carry}
            onCarry={setCarry}
            onDrop={drop}
            onOpen={(id) => setPanel({ kind: "details", id })}
            onShow={show}
          />
        ) : (
          <Agenda
            days={days}
            calendar={calendar}
            zone={zone}
            today={today}
            actors={shown.actors}
            onOpen={(id) => setPanel({ kind: "details", id })}
          />
        )}
        {panel && (
          <div className="calendar-panel">
            {panel.kind === "booking" && (
              <BookingPanel
                key={panel.draft}
                draft={panel.draft}
                start={panel.start}
                services={services.data?.services ?? []}
                actors={actors}
                zone={zone}
                patientField={patientField}
                onWait={(booking) => setPanel({ kind: "waiting", wish: wishOf(booking) })}
                onClose={() => setPanel(null)}
              />
            )}
            {chosen && (
              <Details
                key={chosen.id}
                entry={chosen}
                actors={actors}
                zone={zone}
                mayBook={mayBook}
                isPending={moves.pending.has(chosen.id)}
                onMove={moves.move}
                onClose={() => setPanel(null)}
              />
            )}
            {panel.kind === "requests" && (
              <Workspace title={t("calendar.requests")} onClose={() => setPanel(null)}>
                <Requests zone={zone} onOpen={(one) => show({ day: dayIn(one.start, zone) })} />
              </Workspace>
            )}
            {panel.kind === "waiting" && (
              <Workspace title={t("calendar.waitList")} onClose={() => setPanel(null)}>
                {panel.wish ? (
                  <WaitForm
                    start={panel.wish}
                    services={services.data?.services ?? []}
                    actors={actors}
                    zone={zone}
                    patientField={patientField}
                    onDone={() => setPanel({ kind: "waiting" })}
                  />
                ) : (
                  <WaitList onAdd={() => setPanel({ kind: "waiting", wish: wishFrom(today) })} />
                )}
              </Workspace>
            )}
          </div>
        )}
      </div>
      <ConflictDialog conflict={moves.conflict} zone={zone} onTake={takeFree} onClose={moves.forget} />
      <SeriesDialog
        isOpen={asking !== null}
        onClose={() => setAsking(null)}
        onChoose={(scope: Scope) => {
          if (asking) moves.move({ ...asking, scope });
          setAsking(null);
        }}
      />
    </div>
  );
}

interface GridProps {
  readonly calendar: Calendar;
  readonly shown: Shown;
  readonly days: readonly string[];
  readonly actor: string | undefined;
  readonly today: string;
  readonly pending: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly mayBook: boolean;
  readonly carry: Carry | null;
  readonly onCarry: (carry: Carry | null) => void;
  readonly onDrop: (carry: Carry) => void;
  readonly onOpen: (id: string) => void;
  readonly onShow: (change: Partial<Shown>) => void;
}

function Grid({ calendar, shown, days, actor, onShow, ...rest }: GridProps): ReactElement {
  const { zone } = calendar;
  const side = sideBySide(calendar.actors, shown.actors);
  const columns = columnsOf(shown.view, days, side);
  const visible =
    actor === undefined
      ? calendar
      : { ...calendar, appointments: calendar.appointments.filter((one) => one.actors.includes(actor)) };
  const open = (column: Column): void =>
    onShow(column.actor ? { view: "week", actors: [column.actor] } : { view: "day", day: column.day });
  return (
    <TimeGrid
      {...rest}
      columns={columns}
      headOf={(column) => (
        <ColumnHead column={column} actors={calendar.actors} zone={zone} onOpen={() => open(column)} />
      )}
      calendar={visible}
      actor={actor}
      window={hoursShown(columns, visible, zone)}
      zone={zone}
    />
  );
}

/** Who has a calendar sees the week in it; everybody else sees the day, all side by side. */
const firstShown = (day: string, person: string): Shown =>
  person.startsWith("Practitioner/") ? { view: "week", day, actors: [person] } : { view: "resources", day, actors: [] };

/** Who stands side by side: those chosen, else everybody. */
const sideBySide = (actors: readonly Actor[], chosen: readonly string[]): string[] =>
  actors.map(({ reference }) => reference).filter((one) => chosen.length === 0 || chosen.includes(one));

function titleOf({ view, day }: Shown, days: readonly string[]): string {
  if (view !== "week") return `${dayWords(day, "weekday")} ${showDay(day)}`;
  return t("calendar.weekTitle", { from: showDay(days[0] ?? day), to: showDay(days.at(-1) ?? day) });
}

/** By whose clock the hours are, said where the reader's differs. */
function Zones({ zone, day }: { zone: string; day: string }): ReactElement {
  const noon = instantOf(day, 720, zone);
  const own = ownZone();
  if (sameClock(zone, own, noon)) return <>{zoneName(zone, noon)}</>;
  return <>{t("calendar.zones", { clinic: zoneName(zone, noon), yours: zoneName(own, noon) })}</>;
}

/** How many wait for a decision or for an earlier time: the same lists that the buttons open. */
function Queues({
  isOn,
  onOpen,
}: {
  isOn: boolean;
  onOpen: (kind: "requests" | "waiting") => void;
}): ReactElement | null {
  const requests = useRequests(isOn).data?.requests.length ?? 0;
  const waiting = useWaiting(isOn).data?.waiting.length ?? 0;
  if (!isOn) return null;
  return (
    <div className="row">
      <Button size="small" onPress={() => onOpen("requests")}>
        {t("calendar.requestsCount", { count: requests })}
      </Button>
      <Button size="small" onPress={() => onOpen("waiting")}>
        {t("calendar.waitingCount", { count: waiting })}
      </Button>
    </div>
  );
}

interface Keys {
  readonly carry: Carry | null;
  readonly show: (change: Partial<Shown>) => void;
  readonly turn: (count: number) => void;
  readonly today: string;
  readonly onNew: (() => void) | undefined;
}

function useCalendarKeys({ carry, show, turn, today, onNew }: Keys): void {
  const rests = (act: () => void) => () => (carry ? undefined : act());
  useKeys([
    { keys: "t", label: t("calendar.today"), onPress: rests(() => show({ day: today })) },
    { keys: "j", label: t("calendar.next"), onPress: rests(() => turn(1)) },
    { keys: "k", label: t("calendar.previous"), onPress: rests(() => turn(-1)) },
    { keys: "ArrowRight", onPress: rests(() => turn(1)) },
    { keys: "ArrowLeft", onPress: rests(() => turn(-1)) },
    { keys: "d", label: t("calendar.view.day"), onPress: rests(() => show({ view: "day" })) },
    { keys: "w", label: t("calendar.view.week"), onPress: rests(() => show({ view: "week" })) },
    { keys: "r", label: t("calendar.view.resources"), onPress: rests(() => show({ view: "resources" })) },
    ...(onNew ? [{ keys: "n", label: t("calendar.new"), onPress: rests(onNew) }] : []),
  ]);
}

const WIDE = "(min-width: 44.01rem)";

function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(WIDE);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(WIDE).matches,
  );
}
