import { afterEach, expect, test, vi } from "vitest";
import { moreOf } from "../../../src/features/telehealth/more.ts";
import type { Whole } from "../../../src/features/telehealth/room.ts";
import { whole } from "./samples.ts";

afterEach(() => vi.unstubAllGlobals());

/** What a host finds under "More" in a visit of theirs. */
function offered(more: Partial<Whole>): readonly string[] {
  const seen = whole({ part: "host", state: "in-call", ...more });
  const call = { own: { audioOnly: false } };
  const groups = moreOf({ seat: {}, call, whole: seen, isHost: true, extra: [], onAsk: vi.fn() } as never);
  return groups.flatMap(({ entries }) => entries.map(({ id }) => id));
}

test("to record is offered where the server says that it may be asked for", () => {
  expect(offered({ mode: "sfu", recordable: true })).toContain("record");
  expect(offered({ mode: "sfu", recordable: false })).not.toContain("record");
});

test("it is not offered again while it is asked or goes on", () => {
  expect(offered({ mode: "sfu", recordable: true, recording: "asked" })).not.toContain("record");
});

test("nor in a browser that would have to record and cannot", () => {
  vi.stubGlobal("MediaRecorder", { isTypeSupported: () => true });
  expect(offered({ mode: "p2p", recordable: true })).toContain("record");

  vi.stubGlobal("MediaRecorder", { isTypeSupported: () => false });
  expect(offered({ mode: "p2p", recordable: true })).not.toContain("record");
});
