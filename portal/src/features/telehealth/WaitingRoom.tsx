import { LogOut, Settings2 } from "lucide-react";
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { t } from "../../i18n/index.ts";
import { Avatar, Banner, Button } from "../../ui/index.ts";
import { chime } from "./chime.ts";
import { selfOf, type Whole } from "./room.ts";
import { Tile } from "./Tile.tsx";
import { useFocused } from "./useFocused.ts";
import { useStream } from "./useStream.ts";

export interface WaitingRoomProps {
  /** Who will come; nobody when nobody is named yet. */
  readonly hosts: readonly string[];
  readonly me: string;
  readonly track: MediaStreamTrack | null;
  /** The server is out of reach; the place is kept. */
  readonly isAway: boolean;
  /** Minutes over the booked time. */
  readonly late: number;
  readonly phone: string;
  readonly onSettings: () => void;
  readonly onLeave: () => void;
  readonly children?: ReactNode;
}

const LATE = 10;

/** Before somebody lets one in: who will come, that one's place is kept, and nothing that hurries. */
export function WaitingRoom(props: WaitingRoomProps): ReactElement {
  const { hosts, me, track, isAway, late, phone, onSettings, onLeave, children } = props;
  const stream = useStream(track);
  const heading = useFocused<HTMLHeadingElement>();
  return (
    <div className="tele-plain stack">
      <h1 ref={heading} tabIndex={-1}>
        {t("tele.step.wait")}
      </h1>
      {isAway && (
        <Banner tone="warning" role="status">
          {t("tele.waitAway")}
        </Banner>
      )}
      {children}
      <div className="waiting-host">
        {hosts[0] && <Avatar name={hosts[0]} size="large" />}
        <p>{hosts.length > 0 ? t("tele.waitFor", { name: hosts.join(", ") }) : t("tele.waitForClinic")}</p>
      </div>
      <p role="status">{t("tele.waitKept")}</p>
      <p className="muted">{t("tele.waitSound")}</p>
      {late >= LATE && (
        <Banner>
          {t("tele.waitLate", { count: late })} {phone && t("tele.waitCall", { phone })}
        </Banner>
      )}
      <div className="waiting-self">
        <Tile person={{ id: "me", name: me, part: "patient" }} stream={stream} hasPicture={track !== null} isMe />
      </div>
      <div className="row">
        <Button icon={Settings2} onPress={onSettings}>
          {t("tele.settings")}
        </Button>
        <Button icon={LogOut} onPress={onLeave}>
          {t("tele.waitLeave")}
        </Button>
      </div>
    </div>
  );
}

export interface LobbyAnswerProps {
  readonly whole: Whole;
  readonly onYes: () => void;
}

/** The visit is recorded and one has said no: then one is not let in until it is not, or one says yes. */
export function LobbyAnswer({ whole, onYes }: LobbyAnswerProps): ReactElement | null {
  if (whole.recording === "off" || selfOf(whole)?.answer !== "no") return null;
  return (
    <Banner
      tone="warning"
      role="status"
      actions={
        <Button size="small" onPress={onYes}>
          {t("tele.recordingYes")}
        </Button>
      }
    >
      {t("tele.waitRecording")}
    </Banner>
  );
}

/** Sounds once when somebody is let in. */
export function useAdmittedCue(isIn: boolean): void {
  const was = useRef(isIn);
  useEffect(() => {
    if (isIn && !was.current) chime();
    was.current = isIn;
  }, [isIn]);
}
