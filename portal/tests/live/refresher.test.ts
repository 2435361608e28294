import { MutationObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refresher } from "../../src/live/refresher.ts";

let client: QueryClient;
let leave: () => void;
let read = vi.fn();
let refresher: Refresher;

beforeEach(async () => {
  vi.useFakeTimers();
  client = new QueryClient();
  read = vi.fn(async () => 1);
  leave = new QueryObserver(client, { queryKey: ["board", "today"], queryFn: read }).subscribe(() => undefined);
  refresher = new Refresher(client);
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  refresher.stop();
  leave();
  client.clear();
  vi.useRealTimers();
});

test("ten happenings at once cost one reading", async () => {
  for (let one = 0; one < 10; one += 1) refresher.want([["board"]]);
  await vi.advanceTimersByTimeAsync(200);

  expect(read).toHaveBeenCalledTimes(2);
});

test("a busy morning is read now and then, and its end is not missed", async () => {
  for (let tenth = 0; tenth < 50; tenth += 1) {
    refresher.want([["board"]]);
    await vi.advanceTimersByTimeAsync(100);
  }
  const soFar = read.mock.calls.length;
  expect(soFar).toBeLessThanOrEqual(6);
  await vi.advanceTimersByTimeAsync(3000);

  expect(read.mock.calls.length).toBe(soFar + 1);
});

test("nothing is read into a change that is on its way, unless it takes long", async () => {
  let answer: () => void = () => undefined;
  const change = new MutationObserver(client, { mutationFn: () => new Promise<void>((done) => (answer = done)) });
  void change.mutate();
  refresher.want([["board"]]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(read).toHaveBeenCalledTimes(1);
  answer();
  await vi.advanceTimersByTimeAsync(200);
  expect(read).toHaveBeenCalledTimes(2);

  void change.mutate();
  refresher.want([["board"]]);
  await vi.advanceTimersByTimeAsync(6000);
  expect(read).toHaveBeenCalledTimes(3);
});

test("what was read a moment ago is not old when its feed is taken up", async () => {
  refresher.wantOlder([["board"]]);
  await vi.advanceTimersByTimeAsync(200);
  expect(read).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(5000);
  refresher.wantOlder([["board"]]);
  await vi.advanceTimersByTimeAsync(200);

  expect(read).toHaveBeenCalledTimes(2);
});
