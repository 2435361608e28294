import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { onSessionOver, Problem, reach, renew, send } from "../../src/api/index.ts";
import { type As, Connection, type Standing } from "../../src/live/connection.ts";
import { network } from "../network.ts";
import { type Other, otherEnd } from "./server.ts";

const RENEW = "POST /api/session/refresh";
const gone = { status: 401, body: { title: "Unauthenticated", status: 401 } };

let other: Other;
let made: Connection[] = [];

beforeEach(async () => {
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + renewals++ * 60_000);
  other = await otherEnd({
    echo: ({ text }: { text: string }) => ({ ok: true, data: { text } }),
    refuse: () => ({
      ok: false,
      error: { code: "not-found", text: "There is no such thread", fields: { thread: "no" } },
    }),
    silent: () => undefined,
    "session.refresh": () => ({ ok: true, data: { expires: 1 } }),
  });
});

/** Past the moment in which a renewal counts as just made, further with each test. */
let renewals = 1;

afterEach(async () => {
  for (const one of made) one.stop();
  made = [];
  await other.stop();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function connection(as: As = "person"): { readonly it: Connection; readonly told: string[] } {
  const told: string[] = [];
  const it = new Connection(
    { opened: () => told.push("opened"), closed: () => told.push("closed"), changed: () => told.push("changed") },
    other.url,
    as,
  );
  made.push(it);
  return { it, told };
}

const until = (it: Connection, standing: Standing): Promise<void> =>
  vi.waitFor(() => expect(it.now()).toBe(standing), { timeout: 5000, interval: 10 });

const seen = (what: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(what()).toBe(true), { timeout: 5000, interval: 10 });

test("a question is answered, refused in words, or given up after its time", async () => {
  const { it } = connection();
  it.start();
  await until(it, "on");

  expect(await it.ask("echo", { text: "hello" })).toEqual({ text: "hello" });
  await expect(it.ask("refuse", {})).rejects.toMatchObject({
    status: 404,
    detail: "There is no such thread",
    places: { thread: "no" },
  });
  await expect(it.ask("silent", {}, 50)).rejects.toMatchObject({ status: 0, isOffline: true });
});

test("a question is not kept for later while there is no connection", async () => {
  const { it } = connection();
  await expect(it.ask("echo", { text: "hello" })).rejects.toBeInstanceOf(Problem);
  it.start();
  await until(it, "on");
  it.stop();
  await expect(it.ask("echo", { text: "hello" })).rejects.toMatchObject({ isOffline: true });
});

test("a line that is lost comes back by itself, and so do its listeners", async () => {
  const { it, told } = connection();
  const heard: string[] = [];
  it.on<{ text: string }>("news", ({ text }) => heard.push(text));
  it.start();
  await until(it, "on");
  other.sockets[0]?.conn.close();
  await until(it, "away");
  await until(it, "on");
  other.sockets[1]?.emit("news", { text: "back" });
  await seen(() => heard.length > 0);

  expect(told).toEqual(["opened", "closed", "opened"]);
  expect(heard).toEqual(["back"]);
});

test("whoever is refused renews the session first, and comes again", async () => {
  const { asked } = network({ [RENEW]: { status: 204 } });
  other.refusal = "unauthenticated";
  const { it } = connection();
  it.start();
  await seen(() => asked.includes(RENEW));
  other.refusal = "";
  await until(it, "on");

  expect(asked).toEqual([RENEW]);
});

test("whoever is refused and has no session any more is asked to sign in", async () => {
  network({ [RENEW]: gone });
  const over = vi.fn();
  const stop = onSessionOver(over);
  other.refusal = "unauthenticated";
  const { it } = connection();
  it.start();
  await seen(() => over.mock.calls.length > 0);
  stop();

  expect(it.now()).toBe("away");
});

test.each([
  ["signed-out", "signed-out"],
  ["idle", null],
])("a socket cut because of %s ends the session on the page", async (why, said) => {
  const { asked } = network({ [RENEW]: { status: 204 } });
  const over = vi.fn();
  const stop = onSessionOver(over);
  const { it } = connection();
  it.start();
  await until(it, "on");
  other.sockets[0]?.emit("cut", { why });
  await seen(() => over.mock.calls.length > 0);
  stop();

  expect(over).toHaveBeenCalledWith(said);
  expect(asked).toEqual([]);
  expect(other.sockets).toHaveLength(1);
});

test("a guest says so, and whoever is signed in does not", async () => {
  const guest = connection("guest").it;
  guest.start();
  await until(guest, "on");
  const person = connection().it;
  person.start();
  await until(person, "on");

  expect(other.sockets.map(({ handshake }) => handshake.auth)).toEqual([{ as: "guest" }, {}]);
});

test("a guest who is refused comes again, and leaves the session of this browser alone", async () => {
  const { asked } = network({ [RENEW]: { status: 204 } });
  other.refusal = "unauthenticated";
  const { it } = connection("guest");
  it.start();
  await until(it, "away");
  other.refusal = "";
  await until(it, "on");

  expect(asked).toEqual([]);
});

test.each(["signed-out", "expired"])("a guest's socket that is cut as %s ends nobody's session", async (why) => {
  const { asked } = network({ [RENEW]: { status: 204 } });
  const over = vi.fn();
  const stop = onSessionOver(over);
  const { it } = connection("guest");
  it.start();
  await until(it, "on");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  other.sockets[0]?.emit("cut", { why });
  await until(it, "away");
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  stop();

  expect(over).not.toHaveBeenCalled();
  expect(asked).toEqual([]);
});

test("who signs out here is not asked to sign in again by the cut that follows", async () => {
  const over = vi.fn();
  const stop = onSessionOver(over);
  const { it } = connection();
  it.start();
  await until(it, "on");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  other.sockets[0]?.emit("cut", { why: "signed-out" });
  await until(it, "away");
  it.stop();
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  stop();

  expect(over).not.toHaveBeenCalled();
});

test.each([
  ["expired", ["opened", "closed", "opened"], [RENEW]],
  ["changed", ["opened", "closed", "changed", "opened"], []],
])("a socket cut because of %s comes back", async (why, expected, asks) => {
  const { asked } = network({ [RENEW]: { status: 204 } });
  const { it, told } = connection();
  it.start();
  await until(it, "on");
  other.sockets[0]?.emit("cut", { why });
  await seen(() => other.sockets.length === 2);
  await until(it, "on");

  expect(asked).toEqual(asks);
  expect(told).toEqual(expected);
});

test("whoever goes on in another role by themselves is cut and comes back with the cookies of that", async () => {
  const { asked } = network({ [RENEW]: { status: 204 } });
  const { it, told } = connection();
  it.start();
  await until(it, "on");
  other.sockets[0]?.emit("cut", { why: "changed" });
  await until(it, "away");
  it.stop();
  it.start();
  await until(it, "on");

  expect(asked).toEqual([]);
  expect(told).toEqual(["opened", "closed", "opened"]);
});

test("a socket that is still being opened is closed once it is", async () => {
  const { it } = connection();
  it.start();
  it.stop();
  await seen(() => other.sockets[0]?.connected === false);

  expect(it.now()).toBe("off");
  expect(other.sockets).toHaveLength(1);
});

test("new tokens of the page are the socket's too", async () => {
  network({ [RENEW]: { status: 204 } });
  const refreshed = vi.fn();
  const { it } = connection();
  it.start();
  await until(it, "on");
  other.sockets[0]?.on("session.refresh", refreshed);
  await renew();
  await seen(() => refreshed.mock.calls.length > 0);

  expect(refreshed.mock.calls[0]?.[0]).toEqual({ v: 1 });
});

test("a server that drains is left after the delay it asks for, for another", async () => {
  const { it } = connection();
  it.start();
  await until(it, "on");
  other.sockets[0]?.emit("live", { state: "draining", delay: 0.05 });
  await seen(() => other.sockets.length === 2);
  await until(it, "on");
});

test("a server that may not hear of everything says so, and when it is well again", async () => {
  const { it } = connection();
  it.start();
  await until(it, "on");
  other.sockets[0]?.emit("live", { state: "degraded" });
  await until(it, "degraded");
  other.sockets[0]?.emit("live", { state: "ok" });
  await until(it, "on");
});

test("a server that is heard of by the socket is within reach", async () => {
  network({});
  await expect(send("/api/inbox")).rejects.toBeInstanceOf(Problem);
  expect(reach.now()).toBe(false);
  const { it } = connection();
  it.start();
  await until(it, "on");

  expect(reach.now()).toBe(true);
});

test("without a network nothing is tried, and at once when it is back", async () => {
  const { it } = connection();
  it.start();
  await until(it, "on");
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  dispatchEvent(new Event("offline"));
  await until(it, "away");
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  dispatchEvent(new Event("online"));
  await until(it, "on");

  expect(other.sockets).toHaveLength(2);
});

test("a page that is left says nothing and hears nothing", async () => {
  const { it, told } = connection();
  it.start();
  await until(it, "on");
  it.stop();
  await seen(() => other.sockets[0]?.connected === false);

  expect(it.now()).toBe("off");
  expect(told).toEqual(["opened", "closed"]);
});
