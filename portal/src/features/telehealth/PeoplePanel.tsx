import { DoorOpen, LockKeyhole, LockKeyholeOpen, Mic, MicOff, UserPlus, UserX, VideoOff, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Avatar, Badge, Button, Confirm } from "../../ui/index.ts";
import { inside, type Person, waiting } from "./people.ts";

/** What a host does about people. */
interface Hosting {
  readonly locked: boolean;
  readonly onAdmit: (person: string) => void;
  readonly onDeny: (person: string) => void;
  readonly onRemove: (person: string) => void;
  readonly onLock: (on: boolean) => void;
  readonly onInvite: () => void;
}

export interface PeoplePanelProps {
  readonly people: readonly Person[];
  readonly me: string;
  readonly hosting?: Hosting | undefined;
}

/** Who waits, who is here, who is still expected. */
export function PeoplePanel({ people, me, hosting }: PeoplePanelProps): ReactElement {
  const [removing, setRemoving] = useState<Person | null>(null);
  const lobby = waiting(people);
  const expected = people.filter(({ state }) => state === "expected" || state === "left");
  return (
    <div className="stack">
      {hosting && lobby.length > 0 && <Lobby people={lobby} hosting={hosting} />}
      <section className="stack" data-gap="2" aria-label={t("tele.here")}>
        <h3>{t("tele.here")}</h3>
        <ul className="person-list">
          {inside(people, me).map((person) => (
            <li key={person.id}>
              <Line person={person} isMe={person.id === me} />
              {person.audio ? (
                <Mic role="img" aria-label={t("tele.heard")} size={16} />
              ) : (
                <MicOff role="img" aria-label={t("tele.muted")} size={16} />
              )}
              {!person.video && <VideoOff role="img" aria-label={t("tele.noPicture")} size={16} />}
              {hosting && person.id !== me && person.part !== "host" && (
                <Button kind="quiet" size="small" icon={UserX} onPress={() => setRemoving(person)}>
                  {t("tele.remove")}
                  <span className="visually-hidden"> {person.name}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      </section>
      {expected.length > 0 && (
        <section className="stack" data-gap="2" aria-label={t("tele.notHere")}>
          <h3>{t("tele.notHere")}</h3>
          <ul className="person-list">
            {expected.map((person) => (
              <li key={person.id}>
                <Line person={person} />
                <Badge>{t(`tele.standing.${person.state}`)}</Badge>
              </li>
            ))}
          </ul>
        </section>
      )}
      {hosting && (
        <div className="row">
          <Button icon={UserPlus} onPress={hosting.onInvite}>
            {t("tele.invite")}
          </Button>
          <Button icon={hosting.locked ? LockKeyholeOpen : LockKeyhole} onPress={() => hosting.onLock(!hosting.locked)}>
            {t(hosting.locked ? "tele.unlock" : "tele.lock")}
          </Button>
          <p className="muted small">{t(hosting.locked ? "tele.lockedHint" : "tele.lockHint")}</p>
        </div>
      )}
      <Confirm
        title={t("tele.removeTitle", { name: removing?.name ?? "" })}
        isOpen={removing !== null}
        onClose={() => setRemoving(null)}
        action={t("tele.remove")}
        onConfirm={() => {
          if (removing) hosting?.onRemove(removing.id);
          setRemoving(null);
        }}
      >
        <p>{t("tele.removeMeans")}</p>
      </Confirm>
    </div>
  );
}

export interface LobbyProps {
  readonly people: readonly Person[];
  readonly hosting: Pick<Hosting, "onAdmit" | "onDeny">;
}

/** Who asks to come in: admitted or sent away by name. */
export function Lobby({ people, hosting }: LobbyProps): ReactElement {
  return (
    <section className="lobby stack" data-gap="2" aria-label={t("tele.lobby")}>
      <h3>{t("tele.lobby")}</h3>
      <ul className="person-list">
        {people.map((person) => (
          <li key={person.id}>
            <Line person={person} />
            <span className="row" data-gap="1">
              <Button kind="primary" size="small" icon={DoorOpen} onPress={() => hosting.onAdmit(person.id)}>
                {t("tele.admit")}
                <span className="visually-hidden"> {person.name}</span>
              </Button>
              <Button kind="quiet" size="small" icon={X} onPress={() => hosting.onDeny(person.id)}>
                {t("tele.deny")}
                <span className="visually-hidden"> {person.name}</span>
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const Line = ({ person, isMe = false }: { person: Person; isMe?: boolean }): ReactElement => (
  <span className="person-line grow">
    <Avatar name={person.name} size="small" />
    <span>
      <span className="strong">{isMe ? t("tele.youNamed", { name: person.name }) : person.name}</span>
      <span className="person-part">{t(`tele.part.${person.part}`)}</span>
    </span>
  </span>
);
