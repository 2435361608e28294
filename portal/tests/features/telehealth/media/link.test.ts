/** What is done about a connection that does not come about, falls silent or fails; and how often. */
import { beforeEach, expect, test, vi } from "vitest";
import { Link } from "../../../../src/features/telehealth/media/link.ts";

class Connection extends EventTarget {
  connectionState = "new";

  become(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

const remedies = { changed: vi.fn(), restart: vi.fn(), rebuild: vi.fn() };

function watched(): { link: Link; connection: Connection } {
  const link = new Link(remedies);
  const connection = new Connection();
  link.watch(connection as unknown as RTCPeerConnection);
  return { link, connection };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  return () => vi.useRealTimers();
});

test("one that is connected is left alone", () => {
  const { link, connection } = watched();

  connection.become("connected");
  vi.advanceTimersByTime(60_000);

  expect([link.state, link.isMending]).toEqual(["connected", false]);
  expect([remedies.restart.mock.calls.length, remedies.rebuild.mock.calls.length]).toEqual([0, 0]);
});

test("a short silence is waited out, a longer one is mended once", () => {
  const { link, connection } = watched();
  connection.become("connected");

  connection.become("disconnected");
  vi.advanceTimersByTime(2900);
  connection.become("connected");
  vi.advanceTimersByTime(10_000);
  expect(remedies.restart).not.toHaveBeenCalled();

  connection.become("disconnected");
  vi.advanceTimersByTime(3000);
  connection.become("failed");
  connection.become("disconnected");
  vi.advanceTimersByTime(4000);

  expect(remedies.restart).toHaveBeenCalledOnce();
  expect([link.state, link.isMending]).toEqual(["interrupted", true]);
});

test("one that failed is mended at once, and built anew when that does not help", () => {
  const { link, connection } = watched();
  connection.become("connected");

  connection.become("failed");
  expect(remedies.restart).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(9999);
  expect(remedies.rebuild).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);

  expect(remedies.rebuild).toHaveBeenCalledOnce();
  expect([link.restarts, link.rebuilds]).toEqual([1, 1]);
});

test("it is called failed after two tries in vain, and connected again when it is", () => {
  const { link } = watched();

  vi.advanceTimersByTime(10_000);
  link.watch(new Connection() as unknown as RTCPeerConnection);
  vi.advanceTimersByTime(10_000);
  const third = new Connection();
  link.watch(third as unknown as RTCPeerConnection);
  expect(link.state).toBe("failed");
  third.become("connected");

  expect(link.state).toBe("connected");
});

test("nothing more is done about one that was given up", () => {
  const { link, connection } = watched();

  link.stop();
  connection.become("failed");
  vi.advanceTimersByTime(20_000);

  expect([remedies.restart.mock.calls.length, remedies.rebuild.mock.calls.length]).toEqual([0, 0]);
});
