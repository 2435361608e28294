import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button } from "../../ui/index.ts";
import { did } from "./acts.ts";
import { CallRoom } from "./CallRoom.tsx";
import { DevicesDialog } from "./DevicesDialog.tsx";
import type { Finding } from "./findings.ts";
import { GetReady, type ReadyStep } from "./GetReady.tsx";
import { Notice } from "./Notice.tsx";
import { RecordingAsk } from "./RecordingMark.tsx";
import { selfOf, type Whole } from "./room.ts";
import type { Entry, Seat, SeatState } from "./seat.ts";
import type { Reaching } from "./useDeviceTest.ts";
import { useNow } from "./useNow.ts";
import { useDevices, useSeatState } from "./useSeat.ts";
import { LobbyAnswer, WaitingRoom } from "./WaitingRoom.tsx";
import { type Door, doorOf, minutesSince } from "./window.ts";
import "./telehealth.css";

export interface AttendingProps {
  readonly seat: Seat;
  /** The visit as it was read before one came. */
  readonly seen: Whole;
  readonly me: string;
  /** The socket is away. */
  readonly isAway: boolean;
  /** Whom to call instead; empty when nobody is known. */
  readonly phone: string;
  readonly steps: readonly ReadyStep[];
  readonly reaching: Reaching;
  readonly onTested: (findings: readonly Finding[]) => void;
  readonly onEnter: (entry: Entry) => void;
  /** Something of the visit may be different from what was read. */
  readonly onStale: () => void;
  readonly after: (how: "left" | "ended", onBack: () => void) => ReactNode;
}

const LOOK_MS = 5000;

/** A visit for everybody but its hosts: getting ready, waiting, the call, and what comes after. */
export function Attending(props: AttendingProps): ReactElement {
  const { seat, seen, isAway, phone, steps, reaching, onTested, onEnter, onStale, after } = props;
  const state = useSeatState(seat);
  const whole = state.room.whole ?? seen;
  const now = useNow(LOOK_MS);
  useReturn(seat, seen);
  useStale(state, onStale);
  const back = (): void => void comeBack(seat);
  switch (state.stage) {
    case "inside":
      return (
        <>
          <h1 className="visually-hidden">{t("tele.readyVisit")}</h1>
          <CallRoom seat={seat} shape="whole" isAway={isAway} />
        </>
      );
    case "lobby":
      return <Waiting {...props} whole={whole} now={now} />;
    case "left":
      return <>{doorOf(whole, now) === "open" ? after("left", back) : after("ended", back)}</>;
    case "over":
      return <>{after("ended", back)}</>;
    case "removed":
    case "denied":
      return (
        <Notice title={t(`tele.${state.stage}Title`)} phone={phone}>
          {t(`tele.${state.stage}Hint`)}
        </Notice>
      );
    case "elsewhere":
      return <Elsewhere onBring={back} />;
    default:
      return (
        <Outside door={doorOf(seen, now)} seen={seen} state={state} phone={phone} onBack={back}>
          <GetReady
            seat={seat}
            seen={seen}
            steps={steps}
            reaching={reaching}
            now={now}
            isEntering={state.stage === "entering"}
            failure={failureOf(state)}
            onTested={onTested}
            onEnter={onEnter}
          />
        </Outside>
      );
  }
}

/** The call goes on at another page of one's own. */
const Elsewhere = ({ onBring }: { readonly onBring: () => void }): ReactElement => (
  <Notice
    title={t("tele.elsewhere")}
    actions={
      <Button kind="primary" onPress={onBring}>
        {t("tele.here.bring")}
      </Button>
    }
  >
    {t("tele.elsewhereHint")}
  </Notice>
);

/** Comes in again after having gone, or after the page was loaded anew. */
export async function comeBack(seat: Seat): Promise<void> {
  await seat.devices.open();
  await seat.enter({ consent: true });
}

/** Whoever was in the visit when the page was loaded anew is in it again. */
function useReturn(seat: Seat, seen: Whole): void {
  const [wasIn] = useState(() => ["lobby", "admitted"].includes(selfOf(seen)?.state ?? ""));
  useEffect(() => {
    if (wasIn && seat.now().stage === "outside") did(comeBack(seat));
  }, [seat, wasIn]);
}

/** A refusal says that the visit is not as it was read. */
function useStale({ refusal }: SeatState, onStale: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: one refusal is one reason to read it anew
  useEffect(() => {
    if (refusal && !refusal.isOffline) onStale();
  }, [refusal]);
}

const failureOf = ({ stage, refusal }: SeatState): string | undefined =>
  stage === "refused" && refusal
    ? refusal.isOffline
      ? t("tele.waitAway")
      : `${t("tele.enterFailed")}. ${refusal.detail}`
    : undefined;

interface OutsideProps {
  readonly door: Door;
  readonly seen: Whole;
  readonly state: SeatState;
  readonly phone: string;
  readonly onBack: () => void;
  readonly children: ReactNode;
}

/** What stands in the way of coming in, or else what is to be done before. */
function Outside({ door, seen, state, phone, onBack, children }: OutsideProps): ReactElement {
  if (door === "over" || door === "missed")
    return (
      <Notice title={t(door === "over" ? "tele.visitOver" : "tele.visitNoShow")} phone={phone}>
        {t("tele.visitOverHint")}
      </Notice>
    );
  if (state.stage === "refused" && seen.locked)
    return (
      <Notice
        title={t("tele.lockedTitle")}
        phone={phone}
        actions={
          <Button kind="primary" onPress={onBack}>
            {t("ui.retry")}
          </Button>
        }
      >
        {t("tele.lockedTitleHint")}
      </Notice>
    );
  return <>{children}</>;
}

type WaitingProps = Pick<AttendingProps, "seat" | "me" | "isAway" | "phone"> & {
  readonly whole: Whole;
  readonly now: number;
};

function Waiting({ seat, whole, me, isAway, phone, now }: WaitingProps): ReactElement {
  const [isChoosing, setChoosing] = useState(false);
  const { video } = useDevices(seat.devices);
  return (
    <>
      <WaitingRoom
        hosts={whole.hosts}
        me={selfOf(whole)?.name || me}
        track={video}
        isAway={isAway}
        late={minutesSince(whole.start, now)}
        phone={phone}
        onSettings={() => setChoosing(true)}
        onLeave={() => void seat.leave()}
      >
        <LobbyAnswer whole={whole} onYes={() => did(seat.answer(true))} />
      </WaitingRoom>
      <DevicesDialog devices={seat.devices} isOpen={isChoosing} onClose={() => setChoosing(false)} />
      <RecordingAsk whole={whole} onAnswer={(yes) => did(seat.answer(yes))} />
    </>
  );
}
