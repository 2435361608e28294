import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Maximize2, Minimize2, Settings2, UserPlus, Video } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useStanding } from "../../live/index.ts";
import {
  Badge,
  Banner,
  Breadcrumbs,
  Button,
  ButtonLink,
  Card,
  ErrorState,
  isoDay,
  Skeleton,
  showTime,
  toast,
} from "../../ui/index.ts";
import { comeBack } from "./Attending.tsx";
import { did } from "./acts.ts";
import { markMissed, readVisit, remind, transcript, visitKey } from "./api.ts";
import { CallRoom } from "./CallRoom.tsx";
import { DevicesDialog } from "./DevicesDialog.tsx";
import { InviteDialog } from "./InviteDialog.tsx";
import { NoShow } from "./NoShow.tsx";
import { Notice } from "./Notice.tsx";
import { type Person, patientCame, waiting } from "./people.ts";
import { usePhone } from "./phones.ts";
import { isOver, type Whole } from "./room.ts";
import type { Seat, SeatState } from "./seat.ts";
import { useHistory } from "./useHistory.ts";
import { useNow } from "./useNow.ts";
import { useOwnSeat } from "./useOwnSeat.ts";
import { useSeatState } from "./useSeat.ts";
import { doorOf, minutesSince } from "./window.ts";
import "./telehealth.css";

export interface StaffVisitProps {
  readonly visit: string;
  /** Joins at once and lets in who waits: whoever came by "Let in" of the list. */
  readonly admits: boolean;
  /** The chart beside the call. Charts are another feature's matter. */
  readonly chart: (patient: string) => ReactNode;
  /** The record of the visit stands differently: the chart is to be read anew. */
  readonly onBegun: () => void;
}

/** A video visit for whoever holds it: the call beside the patient's chart. */
export function StaffVisit({ visit, ...rest }: StaffVisitProps): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: visitKey(visit),
    queryFn: ({ signal }) => readVisit(visit, signal),
    retry: false,
  });
  if (data) return <Held seen={data} {...rest} />;
  if (!error)
    return (
      <Card>
        <Skeleton lines={8} />
      </Card>
    );
  if (error instanceof Problem && [403, 404].includes(error.status))
    return (
      <Notice title={t("tele.visitLost")} actions={<ButtonLink href="/visits">{t("tele.back")}</ButtonLink>}>
        {t("tele.visitLostHint")}
      </Notice>
    );
  return (
    <ErrorState
      isPage
      title={t("tele.failed")}
      requestId={error instanceof Problem ? error.requestId : undefined}
      onRetry={() => void refetch()}
    >
      {t("tele.failedHint")}
    </ErrorState>
  );
}

type HeldProps = Omit<StaffVisitProps, "visit"> & { readonly seen: Whole };

function Held({ seen, admits, chart, onBegun }: HeldProps): ReactElement {
  const seat = useOwnSeat(seen.visit);
  const state = useSeatState(seat);
  const [isLarge, setLarge] = useState(false);
  const whole = state.room.whole ?? seen;
  const isIn = state.stage === "inside";
  const isAway = useStanding() === "away";
  useHistory(seat);
  useBegun(`${whole.encounter} ${whole.state}`, onBegun);
  useAdmitting(seat, admits, seen);
  return (
    <>
      <Breadcrumbs
        crumbs={[
          { label: t("tele.back"), href: "/visits" },
          { label: `${t("tele.guestTitle")} ${showTime(whole.start)}` },
        ]}
      />
      <div className="tele-desk" data-large={(isIn && isLarge) || undefined}>
        <div className="tele-desk-call stack" data-gap="3" data-in={isIn || undefined}>
          <Absence whole={whole} />
          {isIn ? (
            <CallRoom
              seat={seat}
              shape="column"
              isAway={isAway}
              invite={(isOpen, onClose) => <InviteDialog visit={seen.visit} isOpen={isOpen} onClose={onClose} />}
              extra={[
                {
                  id: "size",
                  label: t(isLarge ? "tele.beside" : "tele.large"),
                  icon: isLarge ? Minimize2 : Maximize2,
                  onAction: () => setLarge(!isLarge),
                },
              ]}
            />
          ) : isOver(whole) || state.stage === "over" ? (
            <Over whole={whole} />
          ) : (
            <Before seat={seat} state={state} whole={whole} />
          )}
        </div>
        <div className="tele-desk-chart">{chart(seen.patient)}</div>
      </div>
    </>
  );
}

/** Tells when the visit has got its record, and when that has come to stand differently. */
function useBegun(standing: string, onBegun: () => void): void {
  const before = useRef(standing);
  const latest = useRef(onBegun);
  latest.current = onBegun;
  useEffect(() => {
    if (standing !== before.current) latest.current();
    before.current = standing;
  }, [standing]);
}

/** Who was in the call when the page was loaded anew is in it again; who came to let somebody in does so. */
function useAdmitting(seat: Seat, admits: boolean, seen: Whole): void {
  const [wanted] = useState({
    admits,
    wasIn: seen.people.some(({ id, state }) => id === seen.me && state === "admitted"),
  });
  useEffect(() => {
    if (seat.now().stage !== "outside" || !(wanted.admits || wanted.wasIn)) return;
    did(
      comeBack(seat).then(async () => {
        const { whole } = seat.now().room;
        if (wanted.admits && whole) for (const one of waiting(whole.people)) await seat.admit(one.id);
      }),
    );
  }, [seat, wanted]);
}

interface BeforeProps {
  readonly seat: Seat;
  readonly state: SeatState;
  readonly whole: Whole;
}

/** Not in the call: who waits, from when till when it can be joined, and joining. */
function Before({ seat, state, whole }: BeforeProps): ReactElement {
  const [asked, setAsked] = useState<"devices" | "invite" | null>(null);
  const now = useNow(LOOK_MS);
  const isOpen = doorOf(whole, now) === "open";
  const lobby = waiting(whole.people);
  const { refusal } = state;
  return (
    <Card
      title={t("tele.guestTitle")}
      note={<Badge tone={whole.state === "lobby" ? "warning" : "neutral"}>{t(`tele.visitState.${whole.state}`)}</Badge>}
    >
      <div className="stack">
        <p className="muted">{t("tele.window", { from: showTime(whole.opens), until: showTime(whole.closes) })}</p>
        {lobby.length > 0 ? (
          <ul className="stack" data-gap="1">
            {lobby.map((one) => (
              <li key={one.id} className="strong">
                {waitedText(one, now)}
              </li>
            ))}
          </ul>
        ) : (
          <p>{t("tele.nobodyWaits")}</p>
        )}
        {state.stage === "elsewhere" && <Banner title={t("tele.elsewhere")}>{t("tele.elsewhereHint")}</Banner>}
        {refusal && (
          <Banner tone="danger" role="alert">
            {t("tele.enterFailed")}. {refusal.detail}
          </Banner>
        )}
        <p className="muted">{t("tele.joinLead")}</p>
        <Button
          kind="primary"
          size="large"
          wide
          icon={Video}
          isDisabled={!isOpen}
          isPending={state.stage === "entering"}
          onPress={() => did(comeBack(seat))}
        >
          {t(state.stage === "elsewhere" ? "tele.here.bring" : "tele.join")}
        </Button>
        <div className="row">
          <Button icon={Settings2} onPress={() => did(seat.devices.open().then(() => setAsked("devices")))}>
            {t("tele.settings")}
          </Button>
          <Button icon={UserPlus} onPress={() => setAsked("invite")}>
            {t("tele.invite")}
          </Button>
        </div>
      </div>
      <DevicesDialog devices={seat.devices} isOpen={asked === "devices"} onClose={() => setAsked(null)} />
      {asked === "invite" && <InviteDialog visit={whole.visit} isOpen onClose={() => setAsked(null)} />}
    </Card>
  );
}

const LOOK_MS = 5000;

function waitedText({ name, waited }: Person, now: number): string {
  const count = minutesSince(waited, now);
  return count > 0 ? t("tele.waitingFor", { name, count }) : t("tele.waitsNew", { name });
}

/** The patient is late: asked of whoever holds the visit, whether or not they are in it. */
function Absence({ whole }: { readonly whole: Whole }): ReactElement | null {
  const client = useQueryClient();
  const now = useNow(LOOK_MS);
  const phone = usePhone("Patient", whole.patient);
  const marked = useMutation({
    mutationFn: () => markMissed(whole.visit),
    onSuccess: (after) => {
      client.setQueryData(visitKey(whole.visit), after);
      toast({ text: t("tele.noShowDone") });
    },
    onError: failed,
  });
  const reminded = useMutation({
    mutationFn: () => remind(whole.visit),
    onSuccess: () => toast({ text: t("tele.reminded") }),
    onError: failed,
  });
  if (patientCame(whole.people) || !["scheduled", "lobby", "admitted"].includes(whole.state)) return null;
  return (
    <NoShow
      late={minutesSince(whole.start, now)}
      phone={phone}
      rescheduleHref={`/calendar?day=${isoDay(new Date(whole.start))}`}
      isPending={marked.isPending || reminded.isPending}
      onRemind={() => reminded.mutate()}
      onMark={() => marked.mutate()}
    />
  );
}

const failed = (error: Error): void =>
  toast({ tone: "danger", text: (error instanceof Problem && error.detail) || t("tele.actFailed") });

/** Over: the note and the record wait beside it, and what was written stays to be read. */
function Over({ whole }: { readonly whole: Whole }): ReactElement {
  const { data } = useQuery({
    queryKey: [...visitKey(whole.visit), "transcript"],
    queryFn: () => transcript(whole.visit),
    enabled: whole.state === "ended",
  });
  const hasCome = whole.state !== "no-show";
  return (
    <Card title={t(hasCome ? "tele.endedStaff" : "tele.visitNoShow")}>
      <div className="stack">
        {hasCome && <p>{t("tele.endedStaffHint")}</p>}
        {data && data.length > 0 && (
          <section className="stack" data-gap="2" aria-label={t("tele.transcript")}>
            <h3>{t("tele.transcript")}</h3>
            <ol className="stack" data-gap="2">
              {data.map(({ id, name, at, text }) => (
                <li key={id}>
                  <span className="strong">{name}</span> <span className="muted tabular">{showTime(at)}</span>
                  <br />
                  {text}
                </li>
              ))}
            </ol>
          </section>
        )}
      </div>
    </Card>
  );
}
