/**
 * A short code that people read to each other: it is the same at both ends exactly when nobody sits between them.
 * Made of what the connections prove: everybody's certificate fingerprint (RFC 8122) or, through a gateway, everybody's
 * public key. The order does not matter.
 */

const GROUPS = 5;
const DIGITS = 5;
/** Makes looking for two keys with one code a hundred thousand times as dear; a call's keys live for the call only. */
const ROUNDS = 100_000;

/** Five groups of five digits; about 83 bits. */
export async function safetyCode(parts: readonly Uint8Array[]): Promise<string> {
  const sorted = [...new Set(parts.map(hex))].sort().join(" ");
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(sorted), "PBKDF2", false, [
    "deriveBits",
  ]);
  const salt = new TextEncoder().encode("meridian safety code 1");
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  const bytes = new DataView(await crypto.subtle.deriveBits(how, secret, GROUPS * 64));
  const group = (at: number): string => String(bytes.getBigUint64(8 * at) % BigInt(10 ** DIGITS)).padStart(DIGITS, "0");
  return Array.from({ length: GROUPS }, (_, at) => group(at)).join(" ");
}

/** The certificate fingerprints that a session description names, each once. */
export function fingerprints(sdp: string): readonly Uint8Array[] {
  const found = [...sdp.matchAll(/^a=fingerprint:sha-256 ([0-9A-F:]+)\s*$/gim)].map(([, value]) => value ?? "");
  return [...new Set(found.map((value) => value.toUpperCase()))].map((value) =>
    Uint8Array.from(value.split(":"), (byte) => Number.parseInt(byte, 16)),
  );
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
