import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Line } from "../../src/live/line.ts";
import { type Other, otherEnd } from "./server.ts";

const BOARD = "board";
const happening = (seq: number, kind: string, what = "") => ({ feed: BOARD, seq, at: 0, kind, what, said: {} });

let other: Other;
let client: QueryClient;
let leavings: (() => void)[] = [];

beforeEach(async () => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  other = await otherEnd({
    "feeds.sync": ({ since }: { since: Record<string, number> }) => ({
      ok: true,
      data: {
        feeds: Object.fromEntries(Object.keys(since).map((feed) => [feed, { seq: 0, events: [], reset: false }])),
      },
    }),
    "feeds.leave": () => ({ ok: true, data: null }),
  });
});

afterEach(async () => {
  for (const leave of leavings.reverse()) leave();
  leavings = [];
  client.clear();
  await other.stop();
});

/** A query that somebody looks at, and how often it was read. */
function looked(queryKey: readonly unknown[], queryFn: () => Promise<unknown> = async () => 1) {
  const read = vi.fn(queryFn);
  leavings.push(new QueryObserver(client, { queryKey, queryFn: read }).subscribe(() => undefined));
  return read;
}

function line(): Line {
  const made = new Line(client, other.url);
  leavings.push(() => made.stop(), made.follow(BOARD));
  made.start("ann");
  return made;
}

const until = (what: () => void): Promise<void> => vi.waitFor(what, { timeout: 5000, interval: 10 });
const connected = (made: Line): Promise<void> => until(() => expect(made.connection.now()).toBe("on"));

test("what a happening made old is read anew, and nothing else", async () => {
  const board = looked(["board", "today"]);
  const chart = looked(["chart", "p1"]);
  const heard: string[] = [];
  const made = line();
  leavings.push(made.hear(({ kind }) => heard.push(kind)));
  await connected(made);
  await until(() => expect(other.sockets).toHaveLength(1));
  other.sockets[0]?.emit("happened", happening(1, "appointment", "Appointment/a1"));
  await until(() => expect(board).toHaveBeenCalledTimes(2));

  expect(chart).toHaveBeenCalledTimes(1);
  expect(heard).toEqual(["appointment"]);
});

test("what could not be read while the line was away is read once it is back", async () => {
  let isThere = false;
  const inbox = looked(["inbox"], () => (isThere ? Promise.resolve(1) : Promise.reject(new Error("away"))));
  await until(() => expect(inbox).toHaveBeenCalledTimes(1));
  isThere = true;
  line();

  await until(() => expect(inbox).toHaveBeenCalledTimes(2));
});

test("a line that is stopped reads nothing anew", async () => {
  const board = looked(["board", "today"]);
  const made = line();
  await connected(made);
  made.refresh([["board"]]);
  made.stop();
  await new Promise((done) => setTimeout(done, 200));

  expect(board).toHaveBeenCalledTimes(1);
});
