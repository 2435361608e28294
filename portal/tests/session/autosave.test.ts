import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../src/api/index.ts";
import { Saver } from "../../src/session/autosave.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("only the newest of what is written is sent, once nobody writes any more", async () => {
  const sent: string[] = [];
  const saver = new Saver<string>(async (value) => sent.push(value));

  saver.put("a");
  saver.put("ab");
  await vi.advanceTimersByTimeAsync(1000);
  saver.put("abc");
  await vi.advanceTimersByTimeAsync(1300);

  expect(sent).toEqual(["abc"]);
  expect(saver.now().state).toBe("saved");
});

test("what is written during a sending is sent after it, never beside it", async () => {
  const sent: string[] = [];
  let finish = () => {};
  const saver = new Saver<string>((value) => {
    sent.push(value);
    return new Promise((resolve) => {
      finish = () => resolve(1);
    });
  });

  saver.put("a");
  await vi.advanceTimersByTimeAsync(1300);
  saver.put("b");
  await vi.advanceTimersByTimeAsync(5000);
  expect(sent).toEqual(["a"]);
  finish();
  await vi.advanceTimersByTimeAsync(1300);

  expect(sent).toEqual(["a", "b"]);
});

test("without a connection it says so, keeps the text and sends it when it can", async () => {
  let isAway = true;
  const sent: string[] = [];
  const saver = new Saver<string>(async (value) => {
    if (isAway) throw new Problem(0, "No answer");
    return sent.push(value);
  });

  saver.put("a");
  await vi.advanceTimersByTimeAsync(1300);
  expect(saver.now().state).toBe("offline");
  isAway = false;
  await vi.advanceTimersByTimeAsync(15_000);

  expect(sent).toEqual(["a"]);
  expect(saver.now().state).toBe("saved");
});

test("a refusal is told and not repeated by itself", async () => {
  let tries = 0;
  const saver = new Saver<string>(async () => {
    tries += 1;
    throw new Problem(409, "Signed meanwhile");
  });

  saver.put("a");
  await vi.advanceTimersByTimeAsync(60_000);

  expect([tries, saver.now().state]).toEqual([1, "refused"]);
});

test("what was given up is not sent", async () => {
  const sent: string[] = [];
  const saver = new Saver<string>(async (value) => sent.push(value));

  saver.put("a");
  saver.drop();
  await vi.advanceTimersByTimeAsync(5000);

  expect(sent).toEqual([]);
});
