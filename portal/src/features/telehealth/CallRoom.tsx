import { X } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Confirm, IconButton, type MenuGroup } from "../../ui/index.ts";
import { type Asked, did } from "./acts.ts";
import { CaptionBox, CaptionsArea } from "./CaptionsArea.tsx";
import { ChatPanel } from "./ChatPanel.tsx";
import { Controls, type Panel } from "./Controls.tsx";
import { DevicesDialog } from "./DevicesDialog.tsx";
import { canShareScreen } from "./media/devices.ts";
import type { CallState } from "./media/port.ts";
import { moreOf } from "./more.ts";
import { Lobby, PeoplePanel } from "./PeoplePanel.tsx";
import { mayCaption, type Person, waiting } from "./people.ts";
import { QualityMark } from "./QualityMark.tsx";
import { RecordingAnswers, RecordingAsk, RecordingMark } from "./RecordingMark.tsx";
import { hostNames, type Said, selfOf, type Whole } from "./room.ts";
import { SafetyCode } from "./SafetyCode.tsx";
import { Stage } from "./Stage.tsx";
import type { Seat } from "./seat.ts";
import { useFocused } from "./useFocused.ts";
import { useCallState, useDevices, useSeatState } from "./useSeat.ts";
import { useSpoken } from "./useSpoken.ts";
import { useTaping } from "./useTaping.ts";
import "./telehealth.css";

export interface CallRoomProps {
  readonly seat: Seat;
  /** The whole window, or a column beside what one writes in. */
  readonly shape: "whole" | "column";
  /** The socket is away while the call goes on. */
  readonly isAway: boolean;
  /** A host's dialog for guests. */
  readonly invite?: ((isOpen: boolean, onClose: () => void) => ReactNode) | undefined;
  /** More to choose for a host: how large the picture is. */
  readonly extra?: MenuGroup["entries"];
}

/** A call: the pictures, what is done in it, and what is written and said beside it. */
export function CallRoom(props: CallRoomProps): ReactElement | null {
  const state = useSeatState(props.seat);
  const call = useCallState(state.call);
  const { whole } = state.room;
  const self = selfOf(whole);
  if (!call || !whole || !self) return null;
  return <Inside {...props} call={call} whole={whole} self={self} />;
}

interface InsideProps extends CallRoomProps {
  readonly call: CallState;
  readonly whole: Whole;
  readonly self: Person;
}

function Inside({ seat, shape, isAway, invite, extra = [], call, whole, self }: InsideProps): ReactElement {
  const { room, call: handle } = seat.now();
  const place = useFocused<HTMLElement>();
  const [panel, setPanel] = useState<Panel | null>(null);
  const [captions, setCaptions] = useState(mayCaption(self.part));
  const [asked, setAsked] = useState<Asked | null>(null);
  const [seen, setSeen] = useState(room.chat.length);
  const { speaker } = useDevices(seat.devices);
  const isHost = self.part === "host";
  useTaping(seat, whole, call);
  const spoken = useSpoken(whole);
  const hosting = isHost ? hostingOf(seat, whole, () => setAsked("invite")) : undefined;
  const more = moreOf({ seat, call, whole, isHost, extra, onAsk: setAsked });
  const nameOf = (id: string): string => whole.people.find((one) => one.id === id)?.name ?? "";

  function open(next: Panel | null): void {
    setPanel(next);
    setSeen(room.chat.length);
  }

  return (
    <section
      ref={place}
      className="call"
      aria-label={t("tele.guestTitle")}
      tabIndex={-1}
      data-shape={shape}
      data-panel={panel ?? undefined}
    >
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
      <header className="call-head">
        {call.others.length > 0 && <QualityMark level={call.level} phase={call.phase} />}
        <RecordingMark whole={whole} onStop={() => did(seat.stopRecording())} />
      </header>
      <div className="call-main">
        <Notices call={call} whole={whole} isHost={isHost} isAway={isAway} />
        <RecordingAnswers whole={whole} onStop={() => did(seat.stopRecording())} />
        {hosting && panel !== "people" && waiting(whole.people).length > 0 && (
          <Lobby people={waiting(whole.people)} hosting={hosting} />
        )}
        <Stage call={call} self={self} speaker={speaker} alone={aloneText(whole)} />
        {captions && (
          <CaptionsArea
            lines={room.captions}
            nameOf={nameOf}
            hasCaptioner={whole.people.some(({ part, state }) => state === "admitted" && mayCaption(part))}
          />
        )}
        {mayCaption(self.part) && <CaptionBox onLine={(text, final) => seat.caption(text, final)} />}
      </div>
      <Controls
        own={call.own}
        onAudio={(on) => handle?.setAudio(on)}
        onVideo={(on) => handle?.setVideo(on)}
        isHeld={whole.state === "hold"}
        isSharing={call.own.shown !== null}
        onShare={canShareScreen() ? () => void seat.share() : undefined}
        panel={panel}
        onPanel={open}
        unread={panel === "chat" ? 0 : unreadOf(room.chat.slice(seen), whole.me)}
        waiting={isHost ? waiting(whole.people).length : 0}
        captions={captions}
        onCaptions={setCaptions}
        more={more}
        onLeave={() => setAsked("leave")}
      />
      {panel && (
        <aside className="call-panel" aria-label={t(`tele.${panel}`)}>
          <header className="call-panel-head">
            <h2>{t(`tele.${panel}`)}</h2>
            <IconButton icon={X} label={t("ui.close")} onPress={() => open(null)} />
          </header>
          {panel === "chat" ? (
            <ChatPanel
              lines={room.chat}
              me={whole.me}
              nameOf={nameOf}
              onSend={(text) => void seat.say(text)}
              onAgain={(cid) => void seat.sayAgain(cid)}
            />
          ) : (
            <PeoplePanel people={whole.people} me={whole.me} hosting={hosting} />
          )}
        </aside>
      )}
      <RecordingAsk whole={whole} onAnswer={(yes) => did(seat.answer(yes))} />
      <SafetyCode
        code={call.safety}
        isGroup={call.others.length > 1}
        isOpen={asked === "safety"}
        onClose={() => setAsked(null)}
      />
      <DevicesDialog devices={seat.devices} isOpen={asked === "devices"} onClose={() => setAsked(null)} />
      {invite?.(asked === "invite", () => setAsked(null))}
      <Goodbye asked={asked} isHost={isHost} seat={seat} onClose={() => setAsked(null)} />
    </section>
  );
}

/** Nobody else is here: not yet, or not any more. */
function aloneText({ people, me }: Whole): string {
  const gone = people.find(({ id, part, state }) => id !== me && part === "host" && state === "left");
  return gone ? t("tele.hostGone", { name: gone.name }) : t("tele.alone");
}

const unreadOf = (lines: readonly Said[], me: string): number => lines.filter(({ from }) => from !== me).length;

const hostingOf = (seat: Seat, { locked }: Whole, onInvite: () => void) => ({
  locked,
  onAdmit: (person: string) => did(seat.admit(person)),
  onDeny: (person: string) => did(seat.deny(person)),
  onRemove: (person: string) => did(seat.remove(person)),
  onLock: (on: boolean) => did(seat.lock(on)),
  onInvite,
});

interface NoticesProps {
  readonly call: CallState;
  readonly whole: Whole;
  readonly isHost: boolean;
  readonly isAway: boolean;
}

/** What everybody in the call should know now. */
function Notices({ call, whole, isHost, isAway }: NoticesProps): ReactElement {
  const [failure] = call.failures;
  return (
    <>
      {whole.state === "hold" && (
        <Banner tone="warning" title={t("tele.holdTitle")}>
          {isHost ? t("tele.holdHost") : t("tele.holdPatient", { name: hostNames(whole) })}
        </Banner>
      )}
      {isAway && (
        <Banner tone="warning" role="status">
          {t("tele.socketAway")}
        </Banner>
      )}
      {call.own.step === "small" && <Banner role="status">{t("tele.lineSmall")}</Banner>}
      {call.own.step === "off" && (
        <Banner tone="warning" role="status">
          {t("tele.lineOff")}
        </Banner>
      )}
      {call.barrier && (
        <Banner tone="danger" role="alert" title={t("tele.callFailed")}>
          {t(`tele.barrier.${call.barrier}`)}
        </Banner>
      )}
      {failure && call.phase !== "connected" && (
        <Banner tone="danger" role="alert" title={t("tele.noRelay")}>
          {t("tele.relayGone", { code: String(failure.code) })}
        </Banner>
      )}
    </>
  );
}

interface GoodbyeProps {
  readonly asked: Asked | null;
  readonly isHost: boolean;
  readonly seat: Seat;
  readonly onClose: () => void;
}

/** Leaving is not ending: each is asked by its own name. */
function Goodbye({ asked, isHost, seat, onClose }: GoodbyeProps): ReactElement {
  return (
    <>
      <Confirm
        title={t("tele.leaveTitle")}
        isOpen={asked === "leave"}
        onClose={onClose}
        action={t("tele.leave")}
        onConfirm={() => {
          onClose();
          void seat.leave();
        }}
      >
        <p>{t(isHost ? "tele.leaveHostMeans" : "tele.leaveMeans")}</p>
      </Confirm>
      <Confirm
        title={t("tele.endTitle")}
        isOpen={asked === "end"}
        onClose={onClose}
        action={t("tele.endDo")}
        onConfirm={() => {
          onClose();
          did(seat.end());
        }}
      >
        <p>{t("tele.endMeans")}</p>
      </Confirm>
    </>
  );
}
