// @vitest-environment node
/** RFC 9605: values of its appendix C, and what must hold for all others. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameKey, open, readHeader, seal, writeHeader } from "../../../../src/features/telehealth/media/sframe.ts";

const bytes = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (all: Uint8Array): string => Buffer.from(all).toString("hex");

const BASE = bytes("000102030405060708090a0b0c0d0e0f");
const METADATA = bytes("4945544620534672616d65205747");
const PLAIN = bytes("64726166742d696574662d736672616d652d656e63");

/** Appendix C.1: key number, counter, header. */
const HEADERS: readonly [string, string, string][] = [
  ["0x0", "0x0", "00"],
  ["0x0", "0x7", "07"],
  ["0x0", "0x8", "0808"],
  ["0x0", "0xff", "08ff"],
  ["0x0", "0x100", "090100"],
  ["0x7", "0x1", "71"],
  ["0x8", "0x0", "8008"],
  ["0xff", "0xffff", "89ffffff"],
  ["0x123", "0x4567", "9901234567"],
  ["0x100", "0x1000000", "9b010001000000"],
  ["0xffffffffffffffff", "0xffffffffffffffff", "ffffffffffffffffffffffffffffffffff"],
];

/** Appendix C.3. */
const SEALED = [
  [4, "9901234567b7412c2513a1b66dbb48841bbaf17f598751176ad847681a69c6d0b091c07018ce4adb34eb"],
  [5, "990123456794f509d36e9beacb0e261d99c7d1e972f1fed787d4049f17ca21353c1cc24d56ceabced279"],
] as const;

test.each(HEADERS)("a header of key %s and counter %s is written and read as the RFC has it", (kid, ctr, header) => {
  expect(hex(writeHeader(BigInt(kid), BigInt(ctr)))).toBe(header);
  expect(readHeader(bytes(header))).toEqual({ kid: BigInt(kid), ctr: BigInt(ctr), length: header.length / 2 });
});

test("every header is read as what was written", () => {
  const number = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  fc.assert(
    fc.property(number, number, (kid, ctr) => {
      const { length, ...read } = readHeader(writeHeader(kid, ctr));
      expect(read).toEqual({ kid, ctr });
      expect(length).toBeLessThanOrEqual(17);
    }),
  );
});

test("a header that was cut off is refused", () => {
  expect(() => readHeader(bytes(""))).toThrow(RangeError);
  expect(() => readHeader(bytes("99012345"))).toThrow(RangeError);
});

test("a number that does not fit is refused", () => {
  expect(() => writeHeader(1n << 64n, 0n)).toThrow(RangeError);
  expect(() => writeHeader(0n, -1n)).toThrow(RangeError);
});

test.each(SEALED)("cipher suite %i seals and opens as the RFC has it", async (suite, expected) => {
  const key = await frameKey(BASE, 0x123n, suite);

  const sealed = await seal(key, 0x4567n, METADATA, PLAIN);

  expect(hex(sealed)).toBe(expected);
  expect(await open(key, readHeader(sealed), METADATA, sealed)).toEqual(PLAIN);
});

test("nothing opens under another key, number, metadata, or when a bit was turned", async () => {
  const key = await frameKey(BASE, 7n, 5);
  const sealed = await seal(key, 1n, METADATA, PLAIN);
  const opened = (with_: Parameters<typeof open>[0], metadata = METADATA, what = sealed) =>
    open(with_, readHeader(what), metadata, what);

  await expect(
    opened(
      await frameKey(
        BASE.map((byte) => byte ^ 1),
        7n,
        5,
      ),
    ),
  ).rejects.toThrow();
  await expect(opened(await frameKey(BASE, 8n, 5))).rejects.toThrow();
  await expect(opened(key, METADATA.subarray(1))).rejects.toThrow();
  for (const at of [0, 1, 5, sealed.length - 1]) {
    const altered = sealed.slice();
    altered[at] = (altered[at] ?? 0) ^ 0x08;
    await expect((async () => opened(key, METADATA, altered))()).rejects.toThrow();
  }
});
