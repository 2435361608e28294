// @vitest-environment node
import { expect, test } from "vitest";
import { fingerprints, safetyCode } from "../../../../src/features/telehealth/media/safety.ts";

const key = (of: number) => new Uint8Array(32).fill(of);

test("both ends have the same code, whoever's key is named first", async () => {
  expect(await safetyCode([key(1), key(2)])).toBe(await safetyCode([key(2), key(1)]));
  expect(await safetyCode([key(1), key(2), key(3)])).toBe(await safetyCode([key(3), key(1), key(2)]));
});

test("it is five groups of five digits", async () => {
  expect(await safetyCode([key(1), key(2)])).toMatch(/^\d{5}( \d{5}){4}$/);
});

test("somebody in between shows", async () => {
  const [anne, ben, mallory] = [key(1), key(2), key(3)];

  expect(await safetyCode([anne, mallory])).not.toBe(await safetyCode([mallory, ben]));
});

test("fingerprints are read from a description, each once, in either case", () => {
  const line = (letters: string) => `a=fingerprint:sha-256 ${letters}`;
  const sdp = ["v=0", line("AB:01:FF"), "m=audio 9", line("ab:01:ff"), "m=video 9", line("00:02:03"), ""].join("\r\n");

  expect(fingerprints(sdp)).toEqual([Uint8Array.of(0xab, 1, 0xff), Uint8Array.of(0, 2, 3)]);
  expect(fingerprints("v=0\r\n")).toEqual([]);
});
