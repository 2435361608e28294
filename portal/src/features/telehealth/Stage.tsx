import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button } from "../../ui/index.ts";
import type { CallState } from "./media/port.ts";
import type { Person } from "./people.ts";
import { Tile } from "./Tile.tsx";

export interface StageProps {
  readonly call: CallState;
  readonly self: Pick<Person, "id" | "name" | "part">;
  readonly speaker: string;
  /** What is said to whoever is alone. */
  readonly alone: string;
}

/** The pictures: a shown screen or who is pinned is large, the others stand beside it, oneself in the corner. */
export function Stage({ call, self, speaker, alone }: StageProps): ReactElement {
  const { own, others, phase } = call;
  const [pinned, setPinned] = useState<string | null>(null);
  const { block, hear, isBlocked } = useBlocked();
  const screens = [...others.filter(({ shown }) => shown), ...(own.shown ? [{ ...self, shown: own.shown }] : [])];
  const large = screens.length > 0 ? undefined : others.find(({ id }) => id === pinned);
  return (
    <section
      className="stage"
      aria-label={t("tele.stage")}
      data-count={others.length}
      data-large={screens.length > 0 || large ? "" : undefined}
    >
      {isBlocked && (
        <div className="stage-note">
          <Banner
            tone="warning"
            role="alert"
            title={t("tele.soundBlocked")}
            actions={
              <Button kind="primary" onPress={hear}>
                {t("tele.soundOn")}
              </Button>
            }
          />
        </div>
      )}
      {others.length === 0 && (
        <p className="stage-alone" role="status">
          {phase === "ended" ? t("tele.phase.ended") : alone}
        </p>
      )}
      <div className="stage-tiles">
        {screens.map(({ shown, ...person }) => (
          <div key={`${person.id} screen`} className="stage-person" data-large="">
            <Tile person={person} stream={shown} hasPicture isScreen isSilent isMe={person.id === self.id} />
          </div>
        ))}
        {others.map((person) => (
          <div key={person.id} className="stage-person" data-large={person === large || undefined}>
            <Tile
              person={person}
              stream={person.stream}
              hasPicture={person.video !== false && !own.audioOnly && hasLivePicture(person.stream)}
              isMuted={person.audio === false}
              speaker={speaker}
              onBlocked={block}
              isPinned={pinned === person.id}
              {...(others.length > 1 && { onPin: () => setPinned(pinned === person.id ? null : person.id) })}
            />
            {(person.link === "interrupted" || person.link === "failed") && (
              <p className="stage-lost" role="status">
                {t("tele.linkLost", { name: person.name })}
              </p>
            )}
          </div>
        ))}
      </div>
      <div className="stage-self">
        <Tile person={self} stream={own.stream} hasPicture={own.video && !own.audioOnly} isMuted={!own.audio} isMe />
      </div>
    </section>
  );
}

const hasLivePicture = (stream: MediaStream): boolean =>
  stream.getVideoTracks().some(({ readyState }) => readyState === "live");

/** Sound that the browser does not play before somebody touches the page. */
function useBlocked() {
  const [blocked, setBlocked] = useState<readonly (() => void)[]>([]);
  return {
    isBlocked: blocked.length > 0,
    block: (play: () => void): void => setBlocked((now) => [...now, play]),
    hear: (): void => {
      for (const play of blocked) play();
      setBlocked([]);
    },
  };
}
