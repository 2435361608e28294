/** Why the server refused, or that it could not be reached (RFC 9457 problem details). */
export class Problem extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** A sentence that may be shown: the server never repeats what was sent. */
  readonly detail: string;
  readonly requestId: string | undefined;
  /** What is wrong with each field, by its name. */
  readonly places: Readonly<Record<string, string>>;
  /** After how many seconds it is worth trying again. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    title: string,
    rest: Partial<Pick<Problem, "detail" | "requestId" | "places" | "retryAfter">> = {},
  ) {
    super(title);
    this.name = "Problem";
    this.status = status;
    this.detail = rest.detail ?? "";
    this.requestId = rest.requestId;
    this.places = rest.places ?? {};
    this.retryAfter = rest.retryAfter;
  }

  /** No answer came: the network is away, or the server is. */
  get isOffline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

interface Body {
  readonly title?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly place?: string; readonly detail?: string }[];
}

/** The problem that a refusing `response` with that (already read) body tells of. */
export function problemOf(response: Response, body: unknown): Problem {
  const said = (typeof body === "object" && body !== null ? body : {}) as Body;
  const retry = Number(response.headers.get("Retry-After"));
  const requestId = said.requestId || response.headers.get("X-Request-ID");
  return new Problem(response.status, said.title ?? response.statusText, {
    detail: said.detail ?? "",
    places: Object.fromEntries((said.errors ?? []).map(({ place = "", detail = "" }) => [place, detail])),
    ...(requestId ? { requestId } : {}),
    ...(retry > 0 ? { retryAfter: retry } : {}),
  });
}
