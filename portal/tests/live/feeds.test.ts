import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { Problem } from "../../src/api/index.ts";
import { Feeds } from "../../src/live/feeds.ts";
import type { Continued, Happening } from "../../src/live/happening.ts";

const FEED = "thread:t1";
const PAGE = 3;

const happening = (seq: number, feed = FEED): Happening => ({
  feed,
  seq,
  at: 1_772_445_600_000,
  kind: "message",
  what: `Communication/${seq}`,
  said: {},
});

const turn = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

interface Question {
  readonly since: number;
  readonly answer: (continued: Continued) => void;
  readonly fail: (problem: Error) => void;
}

/** A server with one feed, and a line to it that loses, doubles and reorders what it is told to. */
class World {
  readonly given: number[] = [];
  readonly resets: string[] = [];
  base: number | null = null;
  #last = 0;
  #isFollowed = false;
  #wire: Happening[] = [];
  #questions: Question[] = [];
  readonly feeds = new Feeds({
    sync: (since) =>
      new Promise((answer, fail) => {
        this.#questions.push({
          since: since[FEED] ?? -1,
          answer: (continued) => answer({ [FEED]: continued }),
          fail,
        });
      }),
    leave: () => undefined,
    happened: ({ seq }) => this.given.push(seq),
    began: () => undefined,
    reset: (feed) => this.resets.push(feed),
  });

  get last(): number {
    return this.#last;
  }

  happen(): void {
    this.#last += 1;
    if (this.#isFollowed) this.#wire.push(happening(this.#last));
  }

  deliver(which: number, times: number): void {
    const [one] = this.#wire.splice(which % Math.max(1, this.#wire.length), 1);
    for (let time = 0; one && time < times; time += 1) this.feeds.heard(one);
  }

  /** The server has put the socket into the room, and has not read yet. */
  join(): void {
    this.#isFollowed ||= this.#questions.length > 0;
  }

  async answer(): Promise<void> {
    const question = this.#questions.shift();
    if (!question) return;
    this.#isFollowed = true;
    const from = question.since < 0 ? this.#last : question.since;
    const to = Math.min(this.#last, from + PAGE);
    this.base ??= from;
    const events = Array.from({ length: to - from }, (_, place) => happening(from + place + 1));
    question.answer({ seq: this.#last, events, reset: false });
    await turn();
  }

  async fail(): Promise<void> {
    this.#questions.shift()?.fail(new Problem(0, "No answer"));
    await turn();
  }

  async drop(): Promise<void> {
    this.#isFollowed = false;
    this.#wire = [];
    this.feeds.disconnected();
    for (const { fail } of this.#questions.splice(0)) fail(new Problem(0, "No answer"));
    await turn();
  }

  async connect(): Promise<void> {
    this.feeds.connected();
    await turn();
  }

  async settle(): Promise<void> {
    await this.drop();
    await this.connect();
    while (this.#questions.length > 0) await this.answer();
  }
}

type Step = (world: World) => void | Promise<void>;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>((world) => world.happen()) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(5), fc.nat(2)).map<Step>(
      ([which, times]) =>
        (world) =>
          world.deliver(which, times),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.join()) },
  { weight: 3, arbitrary: fc.constant<Step>((world) => world.answer()) },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.fail()) },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.drop()) },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.connect()) },
);

test("whatever is lost, doubled, late or cut off: each happening is told once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const world = new World();
      const leave = world.feeds.follow(FEED);
      for (const take of steps) await take(world);
      await world.settle();
      leave();
      world.feeds.disconnected();
      const from = world.base ?? 0;
      expect(world.given).toEqual(Array.from({ length: world.last - from }, (_, place) => from + place + 1));
      expect(world.resets).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

const answering = (answers: (since: Readonly<Record<string, number>>) => Record<string, Continued>) => {
  const asked: Readonly<Record<string, number>>[] = [];
  const left: string[] = [];
  const given: Happening[] = [];
  const resets: string[] = [];
  const feeds = new Feeds({
    sync: async (since) => {
      asked.push(since);
      return answers(since);
    },
    leave: (gone) => left.push(...gone),
    happened: (one) => given.push(one),
    began: () => undefined,
    reset: (feed) => resets.push(feed),
  });
  return { feeds, asked, left, given, resets };
};

test("a number that is missing is asked for", async () => {
  const world = answering(({ [FEED]: since }) =>
    since === -1
      ? { [FEED]: { seq: 4, events: [], reset: false } }
      : { [FEED]: { seq: 6, events: [happening(5), happening(6)], reset: false } },
  );
  world.feeds.follow(FEED);
  world.feeds.connected();
  await turn();

  world.feeds.heard(happening(6));
  await turn();

  expect(world.asked).toEqual([{ [FEED]: -1 }, { [FEED]: 4 }]);
  expect(world.given.map(({ seq }) => seq)).toEqual([5, 6]);
});

test("what is no longer kept is read anew", async () => {
  const world = answering(({ [FEED]: since }) => ({
    [FEED]: since === -1 ? { seq: 4, events: [], reset: false } : { seq: 900, events: [], reset: true },
  }));
  world.feeds.follow(FEED);
  world.feeds.connected();
  await turn();
  world.feeds.disconnected();
  world.feeds.connected();
  await turn();
  world.feeds.heard(happening(901));

  expect(world.resets).toEqual([FEED]);
  expect(world.given.map(({ seq }) => seq)).toEqual([901]);
});

test("a server put back to an earlier day counts anew", async () => {
  let last = 40;
  const world = answering(() => ({ [FEED]: { seq: last, events: [], reset: false } }));
  world.feeds.follow(FEED);
  world.feeds.connected();
  await turn();
  last = 12;
  world.feeds.sync();
  await turn();
  world.feeds.heard(happening(13));

  expect(world.resets).toEqual([FEED]);
  expect(world.given.map(({ seq }) => seq)).toEqual([13]);
});

test("a hole that cannot be filled is no endless question", async () => {
  const world = answering(({ [FEED]: since }) => ({
    [FEED]: since === -1 ? { seq: 1, events: [], reset: false } : { seq: 5, events: [], reset: false },
  }));
  world.feeds.follow(FEED);
  world.feeds.connected();
  await turn();
  world.feeds.heard(happening(5));
  await turn();
  await turn();

  expect(world.asked).toHaveLength(2);
  expect(world.resets).toEqual([FEED]);
});

test("a feed is left with its last follower, and not while a page draws itself anew", async () => {
  const world = answering((since) =>
    Object.fromEntries(Object.keys(since).map((feed) => [feed, { seq: 0, events: [], reset: false }])),
  );
  world.feeds.connected();
  const first = world.feeds.follow(FEED);
  const second = world.feeds.follow(FEED);
  await turn();
  first();
  first();
  await turn();
  expect(world.left).toEqual([]);

  second();
  const third = world.feeds.follow(FEED);
  await turn();
  expect(world.left).toEqual([]);

  third();
  await turn();
  expect(world.left).toEqual([FEED]);
  world.feeds.heard(happening(1));
  expect(world.given).toEqual([]);
});

test("a feed that may not be followed keeps nobody from the others", async () => {
  const world = answering((since) => {
    if ("board" in since) throw new Problem(403, "Forbidden");
    return Object.fromEntries(Object.keys(since).map((feed) => [feed, { seq: 3, events: [], reset: false }]));
  });
  world.feeds.follow("board");
  world.feeds.follow(FEED);
  world.feeds.connected();
  await turn();
  world.feeds.heard(happening(4));

  expect(world.given.map(({ seq }) => seq)).toEqual([4]);
});

test("a server that asks for patience is asked again after it", async () => {
  vi.useFakeTimers();
  try {
    let isBusy = true;
    const world = answering(() => {
      if (isBusy) throw new Problem(429, "Too many", { retryAfter: 7 });
      return { [FEED]: { seq: 0, events: [], reset: false } };
    });
    world.feeds.follow(FEED);
    world.feeds.connected();
    await vi.advanceTimersByTimeAsync(6900);
    expect(world.asked).toHaveLength(1);
    isBusy = false;
    await vi.advanceTimersByTimeAsync(200);
    expect(world.asked).toHaveLength(2);
    world.feeds.disconnected();
  } finally {
    vi.useRealTimers();
  }
});
