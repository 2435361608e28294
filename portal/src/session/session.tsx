/**
 * Who is signed in. `useSession()` below `<SignedIn>` is never empty; `may("Patient.create")` tells whether an action is
 * worth offering: the server decides again when it is taken.
 */
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactElement, type ReactNode, useContext, useMemo } from "react";
import { answer, api, Problem, type Schemas } from "../api/index.ts";
import { tell } from "./channel.ts";
import { forgetDrafts } from "./drafts.ts";
import { lockMark } from "./lockMark.ts";

export type SessionFacts = Schemas["Session"];
export type Role = SessionFacts["role"];

export interface SessionHandle extends Omit<SessionFacts, "may"> {
  /** Whether the role may do `interaction` (a REST interaction's name, as `create`) to a type. */
  readonly may: (what: `${string}.${string}`) => boolean;
  /** Patients and those who act for them see the calm, large face. */
  readonly isPatientFace: boolean;
}

export const SESSION_KEY = ["session"] as const;

/** The session as the server tells it; null when nobody is signed in. */
export function useSessionQuery() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async (): Promise<SessionFacts | null> => {
      try {
        return await answer(api.GET("/api/session"));
      } catch (problem) {
        if (problem instanceof Problem && problem.status === 401) return null;
        throw problem;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

const Context = createContext<SessionHandle | null>(null);
const Locked = createContext(false);

interface SessionContextProps {
  readonly session: SessionFacts;
  readonly isLocked?: boolean;
  readonly children: ReactNode;
}

export function SessionContext({ session, isLocked = false, children }: SessionContextProps): ReactElement {
  const handle = useMemo(() => handleOf(session), [session]);
  return (
    <Context value={handle}>
      <Locked value={isLocked}>{children}</Locked>
    </Context>
  );
}

/** Whether the page is locked: it stays as it is, and asks for nothing by itself. */
export const useIsLocked = (): boolean => useContext(Locked);

function handleOf(session: SessionFacts): SessionHandle {
  const allowed = new Set(session.may);
  return {
    ...session,
    // Who acts for several and has not chosen yet sees the first of them, everywhere.
    patient: session.patient ?? session.patients[0]?.id ?? null,
    may: (what) => allowed.has(what),
    isPatientFace: ["patient", "proxy", "helper"].includes(session.role),
  };
}

/** The session; only below the signed-in part of the page. */
export function useSession(): SessionHandle {
  const session = useContext(Context);
  if (!session) throw new Error("useSession outside the signed-in part");
  return session;
}

/** Signs out here and in the browser's other pages, and forgets all that was loaded or written. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.DELETE("/api/session")),
    onSettled: () => {
      tell("signed-out");
      leave(client);
    },
  });
}

/** Goes to the sign-in page by loading it, so that nothing of what was read stays in the page's memory. */
export function leave(client: QueryClient): void {
  forget(client);
  location.replace("/sign-in");
}

/** Empties the page's caches and drafts of whoever was here. */
export function forget(client: QueryClient): void {
  forgetDrafts();
  lockMark.clear();
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" && query.queryKey[0] !== "edition" });
  client.setQueryData(SESSION_KEY, null);
}

/** Asks anew who one is and forgets all that was loaded: what the session may see has changed. */
export function useAnew(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    client.removeQueries({
      predicate: (query) => query.queryKey[0] !== "session" && query.queryKey[0] !== "edition",
    });
    await client.refetchQueries({ queryKey: SESSION_KEY });
  };
}

/** Goes on in another organisation or role, for another patient or purpose; everything loaded is asked for anew. */
export function useSwitch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (to: { membership: string } | { patient: string | null } | { purpose: string }) =>
      "membership" in to
        ? answer(api.POST("/api/session/membership", { body: { id: to.membership } }))
        : "purpose" in to
          ? answer(api.POST("/api/session/purpose", { body: { purpose: to.purpose } }))
          : answer(api.POST("/api/session/patient", { body: { id: to.patient } })),
    onSuccess: (session) => {
      client.removeQueries({
        predicate: (query) => query.queryKey[0] !== "session" && query.queryKey[0] !== "edition",
      });
      client.setQueryData(SESSION_KEY, session);
    },
  });
}
