/**
 * Sealed frames as RFC 9605 has them: a header with the key's number and a counter, then AES-GCM.
 * Cipher suites 4 (AES-128-GCM, SHA-256) and 5 (AES-256-GCM, SHA-512), both with tags of 128 bits.
 */

export type Suite = 4 | 5;

const SUITES = { 4: { hash: "SHA-256", keyBytes: 16 }, 5: { hash: "SHA-512", keyBytes: 32 } } as const;
const SALT_BYTES = 12;
const MOST = (1n << 64n) - 1n;

/** A key of one number, ready for frames. */
export interface FrameKey {
  readonly kid: bigint;
  readonly key: CryptoKey;
  readonly salt: Uint8Array<ArrayBuffer>;
}

export interface Header {
  readonly kid: bigint;
  readonly ctr: bigint;
  /** Bytes that the header takes. */
  readonly length: number;
}

/** The key that a shared secret gives for key number `kid` (section 4.4.2). */
export async function frameKey(base: Uint8Array<ArrayBuffer>, kid: bigint, suite: Suite): Promise<FrameKey> {
  const { hash, keyBytes } = SUITES[suite];
  const secret = await crypto.subtle.importKey("raw", base, "HKDF", false, ["deriveBits"]);
  const derive = async (label: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> => {
    const info = joined(new TextEncoder().encode(label), fixed(kid, 8), fixed(BigInt(suite), 2));
    const how = { name: "HKDF", hash, salt: new Uint8Array(), info };
    return new Uint8Array(await crypto.subtle.deriveBits(how, secret, bytes * 8));
  };
  const [bits, salt] = await Promise.all([
    derive("SFrame 1.0 Secret key ", keyBytes),
    derive("SFrame 1.0 Secret salt ", SALT_BYTES),
  ]);
  return { kid, key: await crypto.subtle.importKey("raw", bits, "AES-GCM", false, ["encrypt", "decrypt"]), salt };
}

/** Header and ciphertext; `metadata` travels elsewhere and is vouched for. A counter is used once with a key. */
export async function seal(
  key: FrameKey,
  ctr: bigint,
  metadata: Uint8Array,
  plain: BufferSource,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = writeHeader(key.kid, ctr);
  return joined(
    header,
    new Uint8Array(await crypto.subtle.encrypt(parameters(key, ctr, header, metadata), key.key, plain)),
  );
}

/**
 * The plain bytes of what `seal` made.
 * @throws when the key is another, or anything was altered.
 */
export async function open(
  key: FrameKey,
  header: Header,
  metadata: Uint8Array,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const how = parameters(key, header.ctr, sealed.subarray(0, header.length), metadata);
  return new Uint8Array(await crypto.subtle.decrypt(how, key.key, sealed.subarray(header.length)));
}

function parameters(key: FrameKey, ctr: bigint, header: Uint8Array, metadata: Uint8Array): AesGcmParams {
  const counter = fixed(ctr, SALT_BYTES);
  const iv = key.salt.map((byte, at) => byte ^ (counter[at] ?? 0));
  return { name: "AES-GCM", iv, additionalData: joined(header, metadata), tagLength: 128 };
}

/** The shortest header of a key number and a counter (section 4.3). */
export function writeHeader(kid: bigint, ctr: bigint): Uint8Array<ArrayBuffer> {
  const key = field(kid);
  const counter = field(ctr);
  return joined(new Uint8Array([(key.bits << 4) | counter.bits]), key.rest, counter.rest);
}

/**
 * Reads the header at the beginning of `bytes`.
 * @throws RangeError when they are too few.
 */
export function readHeader(bytes: Uint8Array): Header {
  const config = bytes[0];
  if (config === undefined) throw new RangeError("no header");
  const kid = readField(config >> 4, bytes, 1);
  const ctr = readField(config & 0x0f, bytes, kid.end);
  return { kid: kid.value, ctr: ctr.value, length: ctr.end };
}

/** Up to 7 a number stands in the config byte itself; above, its length does, less one. */
function field(value: bigint): { readonly bits: number; readonly rest: Uint8Array } {
  if (value < 0n || value > MOST) throw new RangeError("a key number or counter has 64 bits");
  if (value < 8n) return { bits: Number(value), rest: new Uint8Array() };
  const length = Math.ceil(value.toString(16).length / 2);
  return { bits: 8 | (length - 1), rest: fixed(value, length) };
}

function readField(bits: number, bytes: Uint8Array, at: number): { readonly value: bigint; readonly end: number } {
  if (bits < 8) return { value: BigInt(bits), end: at };
  const end = at + (bits & 7) + 1;
  if (end > bytes.length) throw new RangeError("a header that was cut off");
  return { value: bytes.subarray(at, end).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n), end };
}

function fixed(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => Number((value >> BigInt(8 * (length - 1 - at))) & 0xffn));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
