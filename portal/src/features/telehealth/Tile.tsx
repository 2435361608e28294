import { MicOff, MonitorUp, Pin } from "lucide-react";
import { type ReactElement, useEffect, useRef } from "react";
import { t } from "../../i18n/index.ts";
import { Avatar, Button } from "../../ui/index.ts";
import type { Person } from "./people.ts";

export interface TileProps {
  readonly person: Pick<Person, "id" | "name" | "part">;
  readonly isMuted?: boolean;
  readonly hasPicture: boolean;
  /** What is seen of them; without a picture their initials stand there. */
  readonly stream: MediaStream | null;
  readonly isMe?: boolean;
  readonly isScreen?: boolean;
  /** Whether the picture's own sound is played; the screen beside a camera has none of its own. */
  readonly isSilent?: boolean;
  readonly isPinned?: boolean;
  readonly onPin?: (() => void) | undefined;
  /** The loudspeaker that plays it; empty for the usual one. */
  readonly speaker?: string;
  /** The browser would not play sound before somebody touches the page. */
  readonly onBlocked?: (play: () => void) => void;
}

/** One person's picture, with the name, and whether they are muted. */
export function Tile(props: TileProps): ReactElement {
  const { person, stream, hasPicture, isMuted = false, isMe = false, isScreen = false } = props;
  const { isSilent = false, isPinned = false, onPin, speaker = "", onBlocked } = props;
  const name = isMe ? t("tele.you") : person.name;
  const video = usePlayed(stream, speaker, onBlocked);
  return (
    <figure className="tile" data-me={isMe || undefined} data-screen={isScreen || undefined} data-part={person.part}>
      <video
        ref={video}
        autoPlay
        playsInline
        muted={isMe || isSilent}
        hidden={!hasPicture}
        data-person={person.id}
        aria-label={t(isScreen ? "tele.screenOf" : "tele.pictureOf", { name })}
      />
      {!hasPicture && <Avatar name={person.name} size="large" />}
      <figcaption>
        {isScreen && <MonitorUp aria-hidden="true" size={14} />}
        {isMuted && <MicOff role="img" aria-label={t("tele.muted")} size={14} />}
        <span className="tile-name">{name}</span>
        {!isMe && !isScreen && <span className="tile-part">{t(`tele.part.${person.part}`)}</span>}
      </figcaption>
      {onPin && (
        <span className="tile-pin">
          <Button kind="quiet" size="small" icon={Pin} aria-pressed={isPinned} onPress={onPin}>
            {t(isPinned ? "tele.unpin" : "tele.pin")}
          </Button>
        </span>
      )}
    </figure>
  );
}

/** A video element that plays a stream; a stream is no attribute, so it is put there by hand. */
function usePlayed(stream: MediaStream | null, speaker: string, onBlocked?: (play: () => void) => void) {
  const video = useRef<HTMLVideoElement>(null);
  const blocked = useRef(onBlocked);
  blocked.current = onBlocked;
  useEffect(() => {
    const { current } = video;
    if (!current || current.srcObject === stream) return;
    current.srcObject = stream;
    if (!stream) return;
    const play = (): Promise<void> => current.play();
    play().catch((error: DOMException) => {
      if (error.name === "NotAllowedError") blocked.current?.(() => void play().catch(() => undefined));
    });
  }, [stream]);
  useEffect(() => {
    if (speaker) void video.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker]);
  return video;
}
