import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { nextTurn, zoomed } from "../../../src/features/documents/looking.ts";
import { percentOf, sizeText } from "../../../src/features/documents/sizes.ts";
import { MOST_BYTES, nextPiece, Uploads } from "../../../src/features/documents/uploads.ts";

afterEach(() => vi.unstubAllGlobals());

const WORDS = { empty: "it is empty", tooLarge: "it is too large" };
const CHUNK = 8;
const STEP = 4;

/** A server that keeps pieces, and can lose the next answer or the next question. */
function server() {
  const kept: number[] = [];
  const seen: string[] = [];
  const state = { lose: "" as "" | "question" | "answer", refuse: "", total: 0 };
  const told = () => ({
    id: "f".repeat(32),
    size: state.total,
    offset: kept.length,
    chunk: CHUNK,
    step: STEP,
    expires: 0,
    document: kept.length === state.total && state.total > 0 ? "doc1" : null,
  });
  const json = (body: unknown, status = 200) =>
    new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    seen.push(`${request.method} ${path.split("/").slice(0, 4).join("/")}`);
    if (state.lose === "question") {
      state.lose = "";
      throw new TypeError("no network");
    }
    if (request.method === "POST") {
      state.total = ((await request.json()) as { size: number }).size;
      return json(told(), 201);
    }
    if (request.method === "PATCH") {
      if (state.refuse) return json({ title: "Invalid", detail: state.refuse }, 422);
      const offset = Number(request.headers.get("Upload-Offset"));
      if (offset !== kept.length) return json({ title: "Conflict" }, 409);
      kept.push(...new Uint8Array(await request.arrayBuffer()));
      if (state.lose === "answer") {
        state.lose = "";
        throw new TypeError("connection reset");
      }
    }
    return json(told());
  });
  return { kept, seen, state };
}

const bytes = (count: number): File =>
  new File([Uint8Array.from({ length: count }, (_, at) => at % 251)], "scan.pdf", { type: "application/pdf" });

async function ended(uploads: Uploads): Promise<string> {
  await vi.waitFor(() => expect(["done", "failed", "paused"]).toContain(uploads.now()[0]?.state), { timeout: 4000 });
  return uploads.now()[0]?.state ?? "";
}

test("a file arrives whole, piece by piece", async () => {
  const { kept } = server();
  const uploads = new Uploads();
  uploads.add([bytes(30)], { patientId: "1", category: "other" }, WORDS);
  expect(await ended(uploads)).toBe("done");
  expect(kept).toEqual(Array.from({ length: 30 }, (_, at) => at));
  expect(uploads.now()[0]?.document).toBe("doc1");
});

test.each(["question", "answer"] as const)(
  "when the %s of a piece is lost, it goes on where the server stands",
  async (what) => {
    const { kept, state } = server();
    const uploads = new Uploads();
    uploads.add([bytes(30)], { patientId: "1", category: "other" }, WORDS);
    await vi.waitFor(() => expect(kept.length).toBeGreaterThan(0));
    state.lose = what;
    expect(await ended(uploads)).toBe("done");
    expect(kept).toEqual(Array.from({ length: 30 }, (_, at) => at));
  },
);

test("a refusal is told in the server's words and not tried again", async () => {
  const { seen, state } = server();
  state.refuse = "This is a program, whatever its name says";
  const uploads = new Uploads();
  uploads.add([bytes(5)], { patientId: "1", category: "other" }, WORDS);
  expect(await ended(uploads)).toBe("failed");
  expect(uploads.now()[0]?.why).toBe("This is a program, whatever its name says");
  expect(seen.filter((one) => one.startsWith("PATCH"))).toHaveLength(1);
});

test("an empty file and one that is too large are refused before anything is sent", () => {
  const { seen } = server();
  const uploads = new Uploads();
  const large = Object.defineProperty(bytes(1), "size", { value: MOST_BYTES + 1 });
  uploads.add([bytes(0), large], { category: "other" }, WORDS);
  expect(uploads.now().map(({ why }) => why)).toEqual(["it is empty", "it is too large"]);
  expect(seen).toEqual([]);
});

test("paused it stays where it is, and resumed it ends whole", async () => {
  const { kept } = server();
  const uploads = new Uploads();
  uploads.add([bytes(30)], { patientId: "1", category: "other" }, WORDS);
  const [{ key = "" } = {}] = uploads.now();
  uploads.pause(key);
  expect(uploads.now()[0]?.state).toBe("paused");
  uploads.resume(key);
  expect(await ended(uploads)).toBe("done");
  expect(kept).toHaveLength(30);
});

test("cancelled it is thrown away on the server too", async () => {
  const { seen } = server();
  const uploads = new Uploads();
  uploads.add([bytes(3000)], { patientId: "1", category: "other" }, WORDS);
  await vi.waitFor(() => expect(uploads.now()[0]?.offset).toBeGreaterThan(0));
  uploads.cancel(uploads.now()[0]?.key ?? "");
  expect(uploads.now()).toEqual([]);
  await vi.waitFor(() => expect(seen).toContain("DELETE /api/documents/uploads"));
});

test("an upload of before the page was loaded anew goes on with the same file, and refuses another", async () => {
  const { kept, state } = server();
  state.total = 30;
  kept.push(...Array.from({ length: 12 }, (_, at) => at));
  const uploads = new Uploads();
  uploads.restore([{ id: "f".repeat(32), name: "scan.pdf", size: 30, offset: 12 }], {
    patientId: "1",
    category: "other",
  });
  const [{ key = "", state: now = "" } = {}] = uploads.now();
  expect(now).toBe("interrupted");
  expect(uploads.takeUp(key, bytes(31))).toBe(false);
  expect(uploads.takeUp(key, bytes(30))).toBe(true);
  expect(await ended(uploads)).toBe("done");
  expect(kept).toEqual(Array.from({ length: 30 }, (_, at) => at));
});

test("pieces grow while they are quick, shrink when they are slow, and keep to the server's steps", () => {
  expect(nextPiece(4, 10, 4, 64)).toBe(8);
  expect(nextPiece(64, 10, 4, 64)).toBe(64);
  expect(nextPiece(64, 9000, 4, 64)).toBe(32);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1 << 20 }),
      fc.integer({ min: 0, max: 20_000 }),
      fc.integer({ min: 1, max: 64 }),
      (last, took, steps) => {
        const piece = nextPiece(last, took, 1024, steps * 1024);
        return piece > 0 && piece <= steps * 1024 && piece % 1024 === 0;
      },
    ),
  );
});

test("a hundred percent is said only when all of it is there", () => {
  expect(percentOf(999_999, 1_000_000)).toBe(99);
  expect(percentOf(1_000_000, 1_000_000)).toBe(100);
  expect(percentOf(0, 5)).toBe(0);
});

test("sizes are written as people compare them", () => {
  expect([512, 340 * 1024, 4.25 * 1024 * 1024].map(sizeText)).toEqual(["512 bytes", "340 kB", "4.3 MB"]);
});

test("four quarter turns lead back, and zoom stays at its ends", () => {
  expect([0, 90, 180, 270].map((turn) => nextTurn(turn as 0))).toEqual([90, 180, 270, 0]);
  expect([zoomed(1, 1), zoomed(4, 1), zoomed(0.5, -1)]).toEqual([1.25, 4, 0.5]);
});
