/**
 * The one way to the server. An access token that has run out is renewed once and the request sent again; a session that
 * is over is announced, so that the page can ask for a new sign-in in place.
 */
import { Problem } from "./problem.ts";

const PATIENCE_MS = 20_000;

/** Paths whose 401 is an answer about what was typed or about a visit's guest, not about the session. */
const UNGUARDED =
  /^\/api\/(session(\/(totp|recovery-code|passkey.*|refresh|reauthenticate))?|recovery.*|invitations\/.*|edition|video-visits\/guest(\/.*)?)$/;

type Listener = () => void;
/** Why it is over: `signed-out` somewhere else; null where the server has only refused. */
export type Over = "signed-out" | null;
const overListeners = new Set<(why: Over) => void>();
const renewedListeners = new Set<Listener>();
const reachListeners = new Set<Listener>();
let reachable = true;
let lastHeard = Date.now();

/** Calls `listener` when the server says that the session is over. */
export function onSessionOver(listener: (why: Over) => void): () => void {
  overListeners.add(listener);
  return () => overListeners.delete(listener);
}

/** Calls `listener` when this page got new tokens. */
export function onRenewed(listener: Listener): () => void {
  renewedListeners.add(listener);
  return () => renewedListeners.delete(listener);
}

/** Whether the last request got an answer, when the last answer came, and a way to be told of changes. */
export const reach = {
  subscribe(listener: Listener): () => void {
    reachListeners.add(listener);
    return () => reachListeners.delete(listener);
  },
  now: (): boolean => reachable,
  lastHeard: (): number => lastHeard,
  /** The server has been heard of by another way. */
  heard: (): void => reached(true),
};

function reached(yes: boolean): void {
  if (yes) lastHeard = Date.now();
  if (reachable === yes) return;
  reachable = yes;
  for (const listener of reachListeners) listener();
}

/**
 * `fetch` within the origin, with the session kept alive. Throws a `Problem` when no answer begins within `patienceMs`; how
 * long the rest of it takes does not matter.
 */
export async function send(
  input: Request | string,
  init?: RequestInit,
  patienceMs: number = PATIENCE_MS,
): Promise<Response> {
  const where = typeof input === "string" ? new URL(input, location.href) : input;
  const request = new Request(where, { credentials: "same-origin", ...init });
  const again = request.clone();
  const response = await attempt(request, patienceMs);
  if (response.status !== 401 || !isGuarded(request)) return response;
  if (!(await renew())) return over(response);
  const second = await attempt(again, patienceMs);
  return second.status === 401 ? over(second) : second;
}

function isGuarded(request: Request): boolean {
  const path = new URL(request.url).pathname;
  return !UNGUARDED.test(path) || (path === "/api/session" && request.method === "GET");
}

async function attempt(request: Request, patienceMs: number = PATIENCE_MS): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  try {
    const response = await fetch(request, { signal: AbortSignal.any([request.signal, late.signal]) });
    reached(response.status < 502 || response.status > 504);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    reached(false);
    throw new Problem(0, "No answer");
  } finally {
    clearTimeout(timer);
  }
}

function over(response: Response): Response {
  sessionOver();
  return response;
}

/** Announces that the session is over: the server said so, here or through the socket. */
export function sessionOver(why: Over = null): void {
  for (const listener of overListeners) listener(why);
}

let renewing: Promise<boolean> | null = null;
let renewed = 0;
const JUST_NOW_MS = 3000;

/**
 * New tokens for the cookies. A refresh token works once, so renewals take turns: within this page by sharing one, among
 * the browser's pages by a lock.
 */
export function renew(): Promise<boolean> {
  renewing ??= inTurn(async () => {
    if (Date.now() - renewed < JUST_NOW_MS) return true;
    const response = await attempt(
      new Request(new URL("/api/session/refresh", location.href), { method: "POST", credentials: "same-origin" }),
    );
    if (!response.ok) return false;
    renewed = Date.now();
    for (const listener of renewedListeners) listener();
    return true;
  }).finally(() => {
    renewing = null;
  });
  return renewing;
}

async function inTurn(task: () => Promise<boolean>): Promise<boolean> {
  return navigator.locks ? navigator.locks.request("meridian-refresh", task) : task();
}
