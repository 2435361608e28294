import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { type SessionHandle, useIsLocked, useSession } from "../session/index.ts";
import type { Connection, Standing } from "./connection.ts";
import type { Happening } from "./happening.ts";
import { Line } from "./line.ts";
import { type Presence, Presences } from "./presence.ts";
import { type Typed, Typing, type Writer } from "./typing.ts";

interface Parts {
  readonly line: Line;
  readonly typing: Typing;
  readonly presences: Presences;
}

const Context = createContext<Parts | null>(null);

/** Keeps the page told while somebody is signed in and the page is not locked. */
export function Live({ children }: { children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const session = useSession();
  const isLocked = useIsLocked();
  const [parts] = useState<Parts>(() => ({
    line: new Line(client),
    typing: new Typing(),
    presences: new Presences(),
  }));
  const whose = whoseOf(session);
  useHearing(parts, session.person, !session.isPatientFace);
  useEffect(() => {
    if (isLocked) return;
    parts.line.start(whose);
    return () => parts.line.stop();
  }, [parts, whose, isLocked]);
  const feeds = useMemo(() => ownFeeds(session), [session]);
  useEffect(() => {
    const leaving = feeds.map((feed) => parts.line.follow(feed));
    return () => {
      for (const leave of leaving) leave();
    };
  }, [parts, feeds]);
  return <Context value={parts}>{children}</Context>;
}

/** Whoever acts differently afterwards is told different things. */
const whoseOf = ({ account, organisation, role, person, patient }: SessionHandle): string =>
  [account.id, organisation.id, role, person, patient].join(" ");

/** The feeds that concern somebody wherever on the page they are. */
function ownFeeds(session: SessionHandle): readonly string[] {
  const { person, role, patients, isPatientFace, may } = session;
  return [
    ...(person ? [`person:${person}`] : []),
    ...(isPatientFace ? patients.map(({ id }) => `patient:${id}`) : [`team:${role}`]),
    ...(!isPatientFace && may("Appointment.search-type") ? ["board"] : []),
  ];
}

/** What is told besides the feeds. */
function useHearing({ line: { connection }, typing, presences }: Parts, own: string, isStaff: boolean): void {
  useEffect(() => {
    const arrive = async (): Promise<void> => {
      const { people } = await connection.ask<{ people: Record<string, Presence> }>("presence.list", {});
      presences.listed(people);
      // Another page of the same person may have said something already.
      const state = presences.chosen ?? people[own] ?? "available";
      await connection.ask("presence.set", { state });
      presences.heard(own, state);
    };
    const look = (): void => {
      const isOn = connection.now() === "on" || connection.now() === "degraded";
      if (!isOn) {
        typing.clear();
        presences.clear();
      } else if (isStaff && own) void arrive().catch(() => undefined);
    };
    const stops = [
      connection.subscribe(look),
      connection.on<Typed>("typing", (typed) => typed.who !== own && typing.heard(typed)),
      connection.on<{ who: string; state: string }>("presence", ({ who, state }) => presences.heard(who, state)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [connection, typing, presences, own, isStaff]);
}

function useParts(): Parts {
  const parts = useContext(Context);
  if (!parts) throw new Error("used outside <Live>");
  return parts;
}

/** The connection: `ask` for what is answered, `mention` for what may get lost, `on` for what the server sends. */
export const useConnection = (): Connection => useParts().line.connection;

/** How the connection stands. */
export function useStanding(): Standing {
  const connection = useConnection();
  return useSyncExternalStore(connection.subscribe, connection.now);
}

/** Follows a feed while the component stands; empty for none. What it tells is read anew by itself. */
export function useFeed(feed: string): void {
  const { line } = useParts();
  useEffect(() => (feed ? line.follow(feed) : undefined), [line, feed]);
}

/** Hears each happening of the feeds that the page follows, once and in order. */
export function useHappenings(handler: (one: Happening) => void): void {
  const { line } = useParts();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => line.hear((one) => latest.current(one)), [line]);
}

/** Has these read anew, together with what happenings made old. */
export const useRefresh = (): ((keys: readonly QueryKey[]) => void) => useParts().line.refresh;

/** How often a page that is looked at asks by itself where it is told nothing. */
const ASK_MS = 60_000;

/** For `refetchInterval`: as often as `ms` while nothing is told at once; never while it is, nor while the page is locked. */
export function usePolling(ms = ASK_MS): number | false {
  const parts = useContext(Context);
  const isLocked = useIsLocked();
  const standing = useSyncExternalStore(
    parts?.line.connection.subscribe ?? never,
    () => parts?.line.connection.now() ?? "away",
  );
  return isLocked || standing === "on" ? false : ms;
}

const never = (): (() => void) => () => undefined;

/** Who else is writing in a conversation. */
export function useWriters(thread: string): readonly Writer[] {
  const { typing } = useParts();
  return useSyncExternalStore(typing.subscribe, () => typing.in(thread));
}

/** The state of everybody who is there, by reference. */
export function usePresences(): Readonly<Record<string, Presence>> {
  const { presences } = useParts();
  return useSyncExternalStore(presences.subscribe, presences.now);
}

/** One's own state, and how to change it. */
export function useOwnPresence(): readonly [Presence | null, (state: Presence) => Promise<void>] {
  const { line, presences } = useParts();
  const { person } = useSession();
  const now = usePresences()[person] ?? null;
  async function become(state: Presence): Promise<void> {
    await line.connection.ask("presence.set", { state });
    presences.chosen = state;
    presences.heard(person, state);
  }
  return [now, become];
}
