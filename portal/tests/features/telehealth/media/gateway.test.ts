/** The gateway's words as whatever they may be: nothing that comes may do more than be left aside. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Gateway, GatewayLost, GatewayRefused, type Told } from "../../../../src/features/telehealth/media/gateway.ts";

interface Words {
  readonly janus: string;
  readonly transaction: string;
  readonly token?: string;
  readonly session_id?: number;
}

/** A websocket whose other end is the test. */
class Line extends EventTarget {
  static readonly OPEN = 1;
  static readonly lines: Line[] = [];
  readyState = 0;
  readonly said: Words[] = [];

  constructor() {
    super();
    Line.lines.push(this);
    queueMicrotask(() => {
      this.readyState = Line.OPEN;
      this.dispatchEvent(new Event("open"));
    });
  }

  send(text: string): void {
    const words = JSON.parse(text) as Words;
    this.said.push(words);
    if (words.janus === "create") this.answer({ janus: "success", data: { id: 7 } });
    if (words.janus === "attach") this.answer({ janus: "success", data: { id: 8 } });
    if (words.janus === "claim") this.answer({ janus: "success" });
  }

  answer(words: object): void {
    this.tell({ ...words, transaction: this.said.at(-1)?.transaction });
  }

  tell(words: unknown): void {
    this.dispatchEvent(
      new MessageEvent("message", { data: typeof words === "string" ? words : JSON.stringify(words) }),
    );
  }

  close(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
}

const line = (): Line => {
  const last = Line.lines.at(-1);
  if (!last) throw new Error("nobody has called");
  return last;
};

const refresh = vi.fn(async () => undefined);
const lost = vi.fn();
const heard: Told[] = [];

async function opened() {
  let token = 0;
  const gateway = new Gateway({ url: "ws://gateway.example/", token: () => `token-${token}`, refresh, lost });
  refresh.mockImplementation(async () => {
    token += 1;
    return undefined;
  });
  await gateway.open();
  const handle = await gateway.attach((told) => heard.push(told));
  return { gateway, handle };
}

beforeEach(() => {
  vi.stubGlobal("WebSocket", Line);
  heard.length = 0;
  Line.lines.length = 0;
});

afterEach(() => {
  vi.clearAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("an answer is whoever's who asked, whether it comes before or after the receipt", async () => {
  const { handle } = await opened();
  for (const order of ["before", "after"]) {
    const asked = handle.ask({ request: "join" });
    if (order === "before") line().answer({ janus: "ack" });
    line().answer({ janus: "event", sender: 8, plugindata: { data: { videoroom: "joined" } } });
    if (order === "after") line().answer({ janus: "ack" });
    expect((await asked).data).toEqual({ videoroom: "joined" });
  }
});

test("what it tells by itself is heard by the handle it names, and by no other", async () => {
  await opened();

  line().tell({ janus: "event", sender: 8, plugindata: { data: { publishers: [] } } });
  line().tell({ janus: "event", sender: 9, plugindata: { data: { publishers: ["another's"] } } });

  expect(heard.map(({ data }) => data)).toEqual([{ publishers: [] }]);
});

test("its addresses are handed on, one by one, and their end is none", async () => {
  await opened();
  const candidate = { candidate: "candidate:1 1 udp 1 192.0.2.2 9 typ host", sdpMid: "0", sdpMLineIndex: 0 };

  line().tell({ janus: "trickle", sender: 8, candidate });
  line().tell({ janus: "trickle", sender: 8, candidate: { completed: true } });

  expect(heard.map((told) => told.candidate)).toEqual([candidate, undefined]);
});

test.each([
  [{ janus: "error", error: { code: 458 } }, 458],
  [{ janus: "event", sender: 8, plugindata: { data: { videoroom: "event", error_code: 433 } } }, 433],
])("a refusal is a refusal with its code", async (answer, code) => {
  const { handle } = await opened();
  const asked = handle.ask({ request: "join" });

  line().answer(answer);

  await expect(asked).rejects.toEqual(new GatewayRefused(code));
});

test("a token that ran out is made anew, once for each question", async () => {
  const { handle } = await opened();
  const asked = handle.ask({ request: "configure" });
  const refused = { janus: "error", error: { code: 403 } };

  line().answer(refused);
  await vi.waitFor(() => expect(line().said.at(-1)?.token).toBe("token-1"));
  line().answer(refused);

  await expect(asked).rejects.toEqual(new GatewayRefused(403));
  expect(refresh).toHaveBeenCalledOnce();
});

test("a lost line is taken up again with the same session", async () => {
  await opened();

  vi.useFakeTimers();
  line().close();
  await vi.advanceTimersByTimeAsync(300);

  expect(Line.lines).toHaveLength(2);
  expect(line().said.map(({ janus, session_id }) => [janus, session_id])).toEqual([["claim", 7]]);
  expect(lost).not.toHaveBeenCalled();
});

test("whoever waits for an answer when the line is lost is told so", async () => {
  const { handle } = await opened();
  const asked = handle.ask({ request: "join" });

  line().close();

  await expect(asked).rejects.toBeInstanceOf(GatewayLost);
});

test("a page that goes gives its place back", async () => {
  await opened();

  globalThis.dispatchEvent(new Event("pagehide"));

  expect(line().said.at(-1)).toMatchObject({ janus: "destroy", session_id: 7 });
});

test("whatever it says, a question is answered by its own answer alone and what is told has its shape", async () => {
  const { gateway, handle } = await opened();
  const some = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.jsonValue());
  const words = fc.record(
    {
      janus: fc.oneof(fc.constantFrom("event", "ack", "success", "webrtcup"), some),
      sender: fc.oneof(fc.constant(8), some),
    },
    { requiredKeys: [] },
  );
  const more = fc.record(
    { transaction: some, plugindata: some, jsep: some, error: some, data: some },
    { requiredKeys: [] },
  );
  const asked = handle.ask({ request: "join" });

  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.jsonValue(),
        fc.tuple(words, more).map(([a, b]) => ({ ...a, ...b })),
      ),
      (said) => {
        line().tell(said);
      },
    ),
  );
  line().answer({ janus: "event", sender: 8, plugindata: { data: { videoroom: "joined" } } });

  expect((await asked).data).toEqual({ videoroom: "joined" });
  for (const { data, jsep } of heard) {
    expect(typeof data).toBe("object");
    if (jsep) expect([typeof jsep.sdp, ["offer", "answer"].includes(String(jsep.type))]).toEqual(["string", true]);
  }
  gateway.close();
});
