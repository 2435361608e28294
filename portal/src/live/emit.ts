/** Asking the server through the socket: every question has an answer or a `Problem`, within a time. */
import type { Socket } from "socket.io-client";
import { Problem } from "../api/index.ts";

/** The version of the events' bodies. */
const VERSION = 1;
const PATIENCE_MS = 8000;

type Answered<T> =
  | { readonly ok: true; readonly data: T }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: string;
        readonly text: string;
        readonly fields?: Readonly<Record<string, string>>;
        readonly retry_after?: number;
      };
    };

/** The statuses under which the same faults come by REST; the codes are FHIR's issue types, as there. */
const STATUSES: Readonly<Record<string, number>> = {
  structure: 400,
  "not-supported": 400,
  login: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  deleted: 410,
  "too-long": 413,
  invalid: 422,
  "too-costly": 422,
  throttled: 429,
  transient: 503,
};

/**
 * What the server answers to `event`. Throws a `Problem` when it refuses, or does not answer in time: then it may have
 * been done or not, so a question that changes something carries an id of its own and may be asked again.
 */
export async function ask<T>(socket: Socket | null, event: string, body: object, patienceMs = PATIENCE_MS): Promise<T> {
  // Without a connection the client would keep the question and ask it long after nobody waits for the answer.
  if (!socket?.connected) throw new Problem(0, "No answer");
  const answered = await socket
    .timeout(patienceMs)
    .emitWithAck(event, { v: VERSION, ...body })
    .catch(() => null);
  if (answered === null) throw new Problem(0, "No answer");
  const said = answered as Answered<T>;
  if (said.ok) return said.data;
  const { code, text, fields, retry_after: retryAfter } = said.error;
  throw new Problem(STATUSES[code] ?? 500, text, {
    detail: text,
    ...(fields && { places: fields }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/** Says something that may get lost. */
export function mention(socket: Socket | null, event: string, body: object): void {
  if (socket?.connected) socket.volatile.emit(event, { v: VERSION, ...body });
}
