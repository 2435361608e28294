import { afterEach, expect, test, vi } from "vitest";
import { answer, api, onSessionOver, Problem, reach, send } from "../../src/api/index.ts";
import { network } from "../network.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const RENEW = "POST /api/session/refresh";
const PAGE = "GET /api/people";
const gone = { status: 401, body: { title: "Unauthenticated", status: 401 } };

/** Past the moment in which a renewal counts as just made. */
function later(): void {
  vi.setSystemTime(Date.now() + 60_000);
}

test("a token that ran out is renewed once and the request sent again", async () => {
  later();
  const { asked } = network({ [PAGE]: [gone, { body: [] }], [RENEW]: { status: 204 } });
  expect(await answer(api.GET("/api/people"))).toEqual([]);
  expect(asked).toEqual([PAGE, RENEW, PAGE]);
});

test("requests that fail together share one renewal", async () => {
  later();
  later();
  const { asked } = network({ [PAGE]: [gone, gone, { body: [] }], [RENEW]: { status: 204 } });
  await Promise.all([answer(api.GET("/api/people")), answer(api.GET("/api/people"))]);
  expect(asked.filter((name) => name === RENEW)).toHaveLength(1);
});

test("a body is sent again whole", async () => {
  vi.setSystemTime(Date.now() + 600_000);
  const name = "POST /api/session/patient";
  const { bodies } = network({ [name]: [gone, { body: {} }], [RENEW]: { status: 204 } });
  await answer(api.POST("/api/session/patient", { body: { id: "p1" } }));
  expect(bodies).toEqual([{ id: "p1" }, undefined, { id: "p1" }]);
});

test("a session that is over is announced", async () => {
  vi.setSystemTime(Date.now() + 1_200_000);
  const over = vi.fn();
  const stop = onSessionOver(over);
  network({ [PAGE]: gone, [RENEW]: gone });
  await expect(answer(api.GET("/api/people"))).rejects.toMatchObject({ status: 401 });
  expect(over).toHaveBeenCalledOnce();
  stop();
});

test("a wrong password is no end of a session", async () => {
  const over = vi.fn();
  const stop = onSessionOver(over);
  const { asked } = network({ "POST /api/session": gone });
  await expect(answer(api.POST("/api/session", { body: { email: "a@b", password: "x" } }))).rejects.toBeInstanceOf(
    Problem,
  );
  expect(asked).toEqual(["POST /api/session"]);
  expect(over).not.toHaveBeenCalled();
  stop();
});

test("a refusal keeps its request id, its places and when to come back", async () => {
  network({
    [PAGE]: {
      status: 429,
      headers: { "Retry-After": "7" },
      body: {
        title: "Throttled",
        status: 429,
        detail: "Too often",
        requestId: "r1",
        errors: [{ place: "q", detail: "long" }],
      },
    },
  });
  await expect(answer(api.GET("/api/people"))).rejects.toMatchObject({
    status: 429,
    detail: "Too often",
    requestId: "r1",
    retryAfter: 7,
    places: { q: "long" },
  });
});

test("no answer is a problem of its own, and is noticed until one comes", async () => {
  network({});
  await expect(send("/api/people")).rejects.toMatchObject({ isOffline: true });
  expect(reach.now()).toBe(false);
  network({ [PAGE]: { body: [] } });
  await send("/api/people");
  expect(reach.now()).toBe(true);
});

test("a request that was given up is not the network's fault", async () => {
  vi.stubGlobal("fetch", async (request: Request) => {
    request.signal.throwIfAborted();
    return new Response();
  });
  await expect(send("/api/people", { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  expect(reach.now()).toBe(true);
});
