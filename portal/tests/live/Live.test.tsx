import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { reach } from "../../src/api/index.ts";
import { useOutgoing, useResending, type Written } from "../../src/features/messages/sending.ts";
import { Live, useOwnPresence, usePolling, useStanding } from "../../src/live/index.ts";
import { forgetDrafts, SessionContext, type SessionFacts } from "../../src/session/index.ts";
import { network } from "../network.ts";
import { Wire } from "./wire.ts";

let wire = new Wire();
vi.mock("socket.io-client", () => ({ io: () => wire }));

const nora: SessionFacts = {
  account: { id: "a1", name: "Nora Reed", email: "nora@clinic.example", language: "en", zone: "UTC" },
  person: "Practitioner/nora",
  organisation: { id: "o1", name: "Clinic" },
  role: "nurse",
  memberships: [],
  patients: [],
  patient: null,
  purpose: "TREAT",
  expiresAt: 0,
  endsAt: 0,
  idleSeconds: 900,
  may: [],
} as unknown as SessionFacts;

let isLocked = false;

function Page({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={new QueryClient()}>
      <SessionContext session={nora} isLocked={isLocked}>
        <Live>{children}</Live>
      </SessionContext>
    </QueryClientProvider>
  );
}

beforeEach(() => {
  isLocked = false;
  wire = new Wire({
    "feeds.sync": () => ({ feeds: {} }),
    "presence.list": () => ({ people: { "Practitioner/ann": "busy" } }),
    "presence.set": ({ state }) => ({ state }),
    "thread.send": ({ cid }) => ({ id: `message of ${cid}`, seq: 1 }),
  });
  network({});
});

afterEach(() => {
  forgetDrafts();
  reach.heard();
  vi.unstubAllGlobals();
});

const written = (key: string): Written => ({ key, text: `text of ${key}`, isNote: false, documents: [] });
const asked = (event: string) => wire.asked.filter(([name]) => name === event).map(([, body]) => body);
const until = (what: () => void): Promise<void> => waitFor(what, { timeout: 5000, interval: 10 });

test("a locked page has no socket, asks for nothing, and takes both up again once it is open", async () => {
  const page = renderHook(() => [useStanding(), usePolling()] as const, { wrapper: Page });
  await until(() => expect(page.result.current).toEqual(["on", false]));
  isLocked = true;
  page.rerender();

  expect(wire.connected).toBe(false);
  expect(page.result.current).toEqual(["off", false]);
  isLocked = false;
  page.rerender();
  await until(() => expect(page.result.current[0]).toBe("on"));
});

test("a page that is told nothing asks by itself", async () => {
  const page = renderHook(() => usePolling(1000), { wrapper: Page });
  await until(() => expect(page.result.current).toBe(false));
  act(() => wire.lose());

  expect(page.result.current).toBe(1000);
});

test("a page that goes takes its socket along", async () => {
  const page = renderHook(() => useStanding(), { wrapper: Page });
  await until(() => expect(page.result.current).toBe("on"));
  page.unmount();

  expect(wire.connected).toBe(false);
});

test("one's own state is said on arriving, and again as it was chosen when the line is back", async () => {
  const page = renderHook(() => useOwnPresence(), { wrapper: Page });
  await until(() => expect(page.result.current[0]).toBe("available"));
  await act(() => page.result.current[1]("away"));
  act(() => wire.lose());
  expect(page.result.current[0]).toBeNull();
  act(() => wire.connect());
  await until(() => expect(page.result.current[0]).toBe("away"));

  expect(asked("presence.set").map(({ state }) => state)).toEqual(["available", "away", "away"]);
});

function sending() {
  const hook = renderHook(
    () => {
      useResending();
      return useOutgoing("t1", []);
    },
    { wrapper: Page },
  );
  return { hook, states: () => hook.result.current.sendings.map(({ key, state }) => [key, state]) };
}

test("a message goes by the socket, under its key", async () => {
  const { hook } = sending();
  await until(() => expect(wire.connected).toBe(true));
  act(() => hook.result.current.send(written("k1")));
  await until(() => expect(asked("thread.send")).toHaveLength(1));

  expect(asked("thread.send")).toEqual([
    { v: 1, thread: "t1", cid: "k1", note: false, text: "text of k1", attachments: [] },
  ]);
  await until(() => expect(hook.result.current.sendings).toEqual([]));
});

test("what finds no line waits, and goes once and in order when there is one", async () => {
  const { hook, states } = sending();
  await until(() => expect(wire.connected).toBe(true));
  act(() => wire.lose());
  act(() => {
    hook.result.current.send(written("k1"));
    hook.result.current.send(written("k2"));
  });
  await until(() =>
    expect(states()).toEqual([
      ["k1", "waiting"],
      ["k2", "waiting"],
    ]),
  );
  act(() => wire.connect());
  await until(() => expect(hook.result.current.sendings).toEqual([]));

  expect(asked("thread.send").map(({ cid }) => cid)).toEqual(["k1", "k2"]);
});

test("what is refused stays, with the reason, and is sent again only when its writer says so", async () => {
  wire.answers["thread.send"] = () => {
    throw new Error("Too many documents");
  };
  const { hook, states } = sending();
  await until(() => expect(wire.connected).toBe(true));
  act(() => hook.result.current.send(written("k1")));
  await until(() => expect(states()).toEqual([["k1", "failed"]]));

  expect(hook.result.current.sendings[0]?.why).toBe("Too many documents");
  act(() => hook.result.current.takeBack("k1"));
  expect(hook.result.current.sendings).toEqual([]);
});
