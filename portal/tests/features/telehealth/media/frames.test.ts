// @vitest-environment node
import { expect, test } from "vitest";
import { clearBytes, Frames } from "../../../../src/features/telehealth/media/frames.ts";

const KEY = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);
const picture = (type = "delta") => ({ type, data: Uint8Array.from({ length: 64 }, (_, at) => at).buffer });

async function sender(base = KEY, kid = 0): Promise<Frames> {
  const frames = new Frames();
  await frames.tell({ kind: "own", kid, base });
  return frames;
}

async function receiver(base = KEY, kid = 0): Promise<Frames> {
  const frames = new Frames();
  await frames.tell({ kind: "bind", leg: "leg", person: "anne" });
  await frames.tell({ kind: "key", person: "anne", kid, base });
  return frames;
}

test("a frame is opened by whoever has its person's key", async () => {
  const frame = picture();
  await (await sender()).seal(frame, "video");
  expect(frame.data.byteLength).toBeGreaterThan(64);

  expect(await (await receiver()).open(frame, "video", "leg")).toBe(true);

  expect(frame.data).toEqual(picture().data);
});

test("without a key nothing leaves", async () => {
  expect(await new Frames().seal(picture(), "video")).toBe(false);
});

test("a wrong key, another number and another person's line open nothing", async () => {
  const frame = picture();
  await (await sender()).seal(frame, "video");
  const right = await receiver();
  await right.tell({ kind: "bind", leg: "leg of another", person: "ben" });

  expect(await (await receiver(OTHER)).open(frame, "video", "leg")).toBe(false);
  expect(await (await receiver(KEY, 1)).open(frame, "video", "leg")).toBe(false);
  expect(await right.open(frame, "video", "leg of another")).toBe(false);
  expect(await right.open(frame, "video", "leg nobody has")).toBe(false);
});

test("whoever was forgotten is not seen any more", async () => {
  const frame = picture();
  await (await sender()).seal(frame, "video");
  const frames = await receiver();
  await frames.tell({ kind: "forget", person: "anne" });

  expect(await frames.open(frame, "video", "leg")).toBe(false);
});

test("a frame that comes a second time is refused", async () => {
  const frame = picture();
  await (await sender()).seal(frame, "video");
  const again = { ...frame };
  const frames = await receiver();
  expect(await frames.open(frame, "video", "leg")).toBe(true);

  expect(await frames.open(again, "video", "leg")).toBe(false);
});

test("what stays readable for the packets is vouched for", async () => {
  const frame = picture("key");
  await (await sender()).seal(frame, "video");
  expect([...new Uint8Array(frame.data, 0, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  new Uint8Array(frame.data)[3] = 99;

  expect(await (await receiver()).open(frame, "video", "leg")).toBe(false);
});

test("of a voice nothing stays readable", () => {
  expect(clearBytes("audio", undefined)).toBe(0);
});

test("frames under the key before are opened still, those of long ago are not", async () => {
  const frames = await receiver(KEY, 0);
  const old = [picture(), picture()];
  const early = await sender(KEY, 0);
  for (const frame of old) await early.seal(frame, "video");

  await frames.tell({ kind: "key", person: "anne", kid: 1, base: OTHER });
  expect(await frames.open(old[0] ?? picture(), "video", "leg")).toBe(true);

  for (const kid of [2, 3]) await frames.tell({ kind: "key", person: "anne", kid, base: OTHER });
  expect(await frames.open(old[1] ?? picture(), "video", "leg")).toBe(false);
});

test("no counter is used twice with a key", async () => {
  const frames = await sender();
  const headers = new Set<string>();
  for (let at = 0; at < 50; at += 1) {
    const frame = picture();
    await frames.seal(frame, at % 2 ? "audio" : "video");
    const clear = at % 2 ? 0 : 3;
    headers.add(new Uint8Array(frame.data, clear, 3).join());
  }
  expect(headers.size).toBe(50);
});
