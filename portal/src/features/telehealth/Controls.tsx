import {
  Captions,
  EllipsisVertical,
  type LucideIcon,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  PhoneOff,
  Users,
  Video,
  VideoOff,
} from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import { t } from "../../i18n/index.ts";
import { Menu, type MenuGroup, useKeys } from "../../ui/index.ts";
import type { Own } from "./media/port.ts";

export type Panel = "chat" | "people";

export interface ControlsProps {
  readonly own: Pick<Own, "audio" | "video" | "audioOnly">;
  readonly onAudio: (on: boolean) => void;
  readonly onVideo: (on: boolean) => void;
  /** On hold nobody sends anything, so there is nothing to switch. */
  readonly isHeld: boolean;
  readonly isSharing: boolean;
  /** Absent where the browser cannot: phones. */
  readonly onShare: (() => void) | undefined;
  readonly panel: Panel | null;
  readonly onPanel: (panel: Panel | null) => void;
  readonly unread: number;
  readonly waiting: number;
  readonly captions: boolean;
  readonly onCaptions: (on: boolean) => void;
  readonly more: readonly MenuGroup[];
  readonly onLeave: () => void;
}

/** What one does in a call, each at least 44 px: sound, picture, screen, captions, chat, people, and out. */
export function Controls(props: ControlsProps): ReactElement {
  const { own, onAudio, onVideo, isHeld, isSharing, onShare, panel, onPanel } = props;
  const { unread, waiting, captions, onCaptions, more, onLeave } = props;
  const mute = (): void => (isHeld ? undefined : onAudio(!own.audio));
  const look = (): void => (isHeld ? undefined : onVideo(!own.video));
  useKeys([
    { keys: "m", label: t(own.audio ? "tele.mute" : "tele.unmute"), onPress: mute },
    { keys: "v", label: t(own.video ? "tele.cameraOff" : "tele.cameraOn"), onPress: look },
    ...(onShare && !isHeld
      ? [{ keys: "s", label: t(isSharing ? "tele.shareStop" : "tele.share"), onPress: onShare }]
      : []),
  ]);
  const toggle = (one: Panel): void => onPanel(panel === one ? null : one);
  return (
    <fieldset className="controls" aria-label={t("tele.controls")}>
      <Control icon={own.audio ? Mic : MicOff} isOff={!own.audio} isDisabled={isHeld} keys="m" onPress={mute}>
        {t(own.audio ? "tele.mute" : "tele.unmute")}
      </Control>
      <Control icon={own.video ? Video : VideoOff} isOff={!own.video} isDisabled={isHeld} keys="v" onPress={look}>
        {t(own.video ? "tele.cameraOff" : "tele.cameraOn")}
      </Control>
      {onShare && (
        <Control
          icon={isSharing ? MonitorX : MonitorUp}
          isOn={isSharing}
          isDisabled={isHeld}
          isWideOnly
          keys="s"
          onPress={onShare}
        >
          {t(isSharing ? "tele.shareStop" : "tele.share")}
        </Control>
      )}
      <Control icon={Captions} isOn={captions} isPressed={captions} onPress={() => onCaptions(!captions)}>
        {t("tele.captions")}
      </Control>
      <Control
        icon={MessageSquare}
        isOn={panel === "chat"}
        isPressed={panel === "chat"}
        count={unread}
        countText={t("tele.unread", { count: unread })}
        onPress={() => toggle("chat")}
      >
        {t("tele.chat")}
      </Control>
      <Control
        icon={Users}
        isOn={panel === "people"}
        isPressed={panel === "people"}
        count={waiting}
        countText={t("tele.waitingCount", { count: waiting })}
        onPress={() => toggle("people")}
      >
        {t("tele.people")}
      </Control>
      <Menu
        label={t("tele.more")}
        groups={more}
        trigger={
          <AriaButton className="control">
            <EllipsisVertical aria-hidden="true" size={20} />
            <span className="control-word">{t("tele.more")}</span>
          </AriaButton>
        }
      />
      <Control icon={PhoneOff} isLeave onPress={onLeave}>
        {t("tele.leave")}
      </Control>
    </fieldset>
  );
}

interface ControlProps {
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly isOn?: boolean;
  readonly isOff?: boolean;
  readonly isLeave?: boolean;
  readonly isWideOnly?: boolean;
  readonly isDisabled?: boolean;
  /** The key that does the same, shown where there is a keyboard. */
  readonly keys?: string;
  readonly isPressed?: boolean;
  readonly count?: number;
  readonly countText?: string;
}

/** A large button with its word below. What switches says what a press will do; what opens says whether it is open. */
function Control(props: ControlProps): ReactElement {
  const {
    icon: Icon,
    children,
    onPress,
    isOn,
    isOff,
    isLeave,
    isWideOnly,
    isPressed,
    isDisabled = false,
    keys,
    count = 0,
    countText,
  } = props;
  return (
    <AriaButton
      className="control"
      data-on={isOn || undefined}
      data-off={isOff || undefined}
      data-leave={isLeave || undefined}
      data-wide={isWideOnly || undefined}
      isDisabled={isDisabled}
      {...(isPressed !== undefined && { "aria-pressed": isPressed })}
      {...(keys && { "aria-keyshortcuts": keys })}
      onPress={onPress}
    >
      <Icon aria-hidden="true" size={20} />
      <span className="control-word">
        {children}
        {keys && (
          <span className="control-key" aria-hidden="true">
            {keys}
          </span>
        )}
      </span>
      {count > 0 && (
        <>
          <strong className="control-count" aria-hidden="true">
            {count}
          </strong>
          <span className="visually-hidden">{countText}</span>
        </>
      )}
    </AriaButton>
  );
}
