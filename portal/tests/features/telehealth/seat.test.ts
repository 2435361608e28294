import { beforeEach, expect, test } from "vitest";
import { Problem } from "../../../src/api/index.ts";
import type { Devices } from "../../../src/features/telehealth/media/devices.ts";
import type { Call, CallOptions, Heard } from "../../../src/features/telehealth/media/port.ts";
import type { Whole } from "../../../src/features/telehealth/room.ts";
import { Seat, type Wire } from "../../../src/features/telehealth/seat.ts";
import { person, whole } from "./samples.ts";

type Answers = Record<string, (body: object) => unknown>;

/** The server as the socket shows it. */
class Server implements Wire {
  readonly asked: [string, object][] = [];
  answers: Answers = {};
  standing = "on";
  readonly #handlers = new Map<string, (body: never) => void>();
  readonly #listeners = new Set<() => void>();

  async ask<T>(event: string, body: object): Promise<T> {
    this.asked.push([event, body]);
    return this.answers[event]?.(body) as T;
  }
  mention(event: string, body: object): void {
    this.asked.push([event, body]);
  }
  on<Body>(event: string, handler: (body: Body) => void): () => void {
    this.#handlers.set(event, handler as (body: never) => void);
    return () => this.#handlers.delete(event);
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  now(): string {
    return this.standing;
  }
  says(event: string, body: object): void {
    this.#handlers.get(event)?.(body as never);
  }
  become(standing: string): void {
    this.standing = standing;
    for (const listener of this.#listeners) listener();
  }
  names(): string[] {
    return this.asked.map(([event]) => event);
  }
}

/** A call that remembers what was done with it. */
function fakeCall(options: CallOptions) {
  const did: string[] = [];
  const own = { audio: options.audio !== null, video: options.video !== null, shown: null };
  const call = {
    now: () => ({ own }),
    subscribe: () => () => undefined,
    hear: ({ event }: Heard) => did.push(`hear ${event}`),
    update: () => did.push("update"),
    setAudio: (on: boolean) => {
      own.audio = on;
      did.push(`audio ${on}`);
    },
    setVideo: (on: boolean) => {
      own.video = on;
      did.push(`video ${on}`);
    },
    setTracks: () => did.push("tracks"),
    agree: (yes: boolean) => did.push(`agree ${yes}`),
    close: () => did.push("close"),
  };
  return { call: call as unknown as Call, did };
}

const track = {} as MediaStreamTrack;
const GRANT = { visit: "v", me: "pat", mode: "p2p", epoch: 1, ice: { servers: [], expires: 0 } };
const me = (state: "lobby" | "admitted" | "removed" | "denied" | "left", more: Partial<Whole> = {}): Whole =>
  whole({ me: "pat", people: [person("pat", { state })], ...more });

let server: Server;
let seat: Seat;
let calls: ReturnType<typeof fakeCall>[];
let isReleased: boolean;

beforeEach(() => {
  server = new Server();
  calls = [];
  isReleased = false;
  const devices = {
    now: () => ({ audio: track, video: track }),
    subscribe: () => () => undefined,
    close: () => {
      isReleased = true;
    },
  };
  seat = new Seat("v", server, devices as unknown as Devices, (options) => {
    const made = fakeCall(options);
    calls.push(made);
    return made.call;
  });
  seat.open();
});

async function letIn(): Promise<string[]> {
  server.answers["visit.enter"] = () => me("lobby");
  await seat.enter({ consent: true });
  server.says("visit.state", me("admitted", { state: "in-call" }));
  server.says("visit.admitted", GRANT);
  return calls[0]?.did ?? [];
}

test("whoever enters waits, and is in the call once they are let in", async () => {
  server.answers["visit.enter"] = () => me("lobby");

  await seat.enter({ consent: true, name: "Aunt" });

  expect(server.asked).toEqual([["visit.enter", { visit: "v", consent: true, name: "Aunt" }]]);
  expect(seat.now().stage).toBe("lobby");
  server.says("visit.admitted", GRANT);
  expect([seat.now().stage, calls.length]).toEqual(["inside", 1]);
});

test("what is said of another visit is not heard", async () => {
  await letIn();

  server.says("visit.state", { ...me("removed"), visit: "other" });

  expect(seat.now().stage).toBe("inside");
});

test.each([["removed"], ["denied"]] as const)(
  "whoever is %s is told so, and nothing of theirs is sent on",
  async (state) => {
    const did = await letIn();

    server.says("visit.state", me(state));

    expect(seat.now()).toMatchObject({ stage: state, call: null });
    expect(did.at(-1)).toBe("close");
  },
);

test("the end is the end for everybody", async () => {
  await letIn();

  server.says("visit.state", me("left", { state: "ended" }));

  expect(seat.now()).toMatchObject({ stage: "over", call: null });
});

test("whoever leaves is out, and lets go of camera and microphone", async () => {
  await letIn();

  await seat.leave();
  server.says("visit.state", me("left", { state: "admitted" }));

  expect(seat.now()).toMatchObject({ stage: "left", call: null });
  expect([server.names().at(-1), isReleased]).toEqual(["visit.leave", true]);
});

test("a call that is open at another page of one's own ends here", async () => {
  const did = await letIn();

  server.says("visit.elsewhere", { visit: "v" });

  expect([seat.now().stage, did.at(-1)]).toEqual(["elsewhere", "close"]);
});

test("a lost line leaves the call as it is, and the server is told anew afterwards", async () => {
  const did = await letIn();

  server.become("away");
  expect(seat.now().call).not.toBeNull();
  server.answers["visit.enter"] = () => me("admitted", { state: "in-call" });
  server.become("on");
  await Promise.resolve();
  server.says("visit.admitted", GRANT);

  expect(server.names()).toEqual(["visit.enter", "visit.enter"]);
  expect([calls.length, did.includes("close"), did.at(-1)]).toEqual([1, false, "hear visit.admitted"]);
});

test("a refusal is kept for whoever was refused; out of reach it is tried again by itself", async () => {
  server.answers["visit.enter"] = () => {
    throw new Problem(409, "Conflict", { detail: "The visit is locked" });
  };
  await seat.enter({ consent: true });
  expect(seat.now()).toMatchObject({ stage: "refused", refusal: { detail: "The visit is locked" } });
  server.become("away");
  server.become("on");
  expect(server.names()).toEqual(["visit.enter"]);

  server.answers["visit.enter"] = () => {
    throw new Problem(0, "No answer");
  };
  await seat.enter({ consent: true });
  server.answers["visit.enter"] = () => me("lobby");
  server.become("away");
  server.become("on");
  await Promise.resolve();
  await Promise.resolve();
  expect(seat.now().stage).toBe("lobby");
});

test("on hold nobody is heard or seen, and afterwards everybody sends what they did before", async () => {
  const did = await letIn();
  seat.now().call?.setVideo(false);
  did.length = 0;

  server.says("visit.state", me("admitted", { state: "hold" }));
  server.says("visit.state", me("admitted", { state: "in-call" }));

  expect(did.filter((one) => /^(audio|video)/.test(one))).toEqual([
    "audio false",
    "video false",
    "audio true",
    "video false",
  ]);
});

test("the call is told of a yes before the server is, and of a no too", async () => {
  const did = await letIn();
  server.answers["recording.answer"] = () => {
    did.push("asked");
    return null;
  };

  await seat.answer(true);
  await seat.answer(false);

  expect(did.slice(-4)).toEqual(["agree true", "asked", "agree false", "asked"]);
});

test("a line that is tried again keeps its id, so that it is one line", async () => {
  await letIn();
  server.answers["visit.chat"] = () => {
    throw new Problem(0, "No answer");
  };
  await seat.say("Hello", "c1");
  expect(seat.now().room.chat).toMatchObject([{ cid: "c1", sending: "failed" }]);

  server.answers["visit.chat"] = () => ({ at: "2026-03-02T09:00:00Z" });
  await seat.sayAgain("c1");

  expect(seat.now().room.chat).toEqual([{ cid: "c1", from: "pat", text: "Hello", at: "2026-03-02T09:00:00Z" }]);
});
