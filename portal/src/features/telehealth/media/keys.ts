/**
 * How the people of a group come to each other's frame keys without the server knowing them: each has a P-256 key pair
 * for this call, and seals its frame key for each of the others (ECDH, HKDF-SHA-256, AES-256-GCM). Whoever joins or
 * leaves brings a new key of everybody, so nobody can open what was said before or after.
 */

import type { Told } from "./frames.ts";
import { joined } from "./sframe.ts";

const VERSION = 1;
const PUBLIC_BYTES = 65;
const IV_BYTES = 12;
const KID_BYTES = 4;
const BASE_BYTES = 32;

/** A new key is used once the server has handed it to everybody, but not later than this (milliseconds). */
const PATIENCE_MS = 2000;

export interface Exchange {
  readonly visit: string;
  readonly me: string;
  /** `e2ee.key`. */
  send(to: string, epoch: number, wrapped: string): Promise<void>;
  /** To the worker. */
  tell(told: Told): void;
  /** Somebody's key has come, or somebody has gone. */
  changed(): void;
}

interface Peer {
  publicKey?: Uint8Array<ArrayBuffer>;
  /** Whether one of their frame keys has come. */
  isKnown: boolean;
  /** Number of our frame key that they were sent, under this public key. */
  sent: number;
}

/** The exchange of one call; the key pair lives as long as it does and cannot be taken out of the browser. */
export class Keys {
  readonly #with: Exchange;
  readonly #pair = crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  readonly #peers = new Map<string, Peer>();
  #publicKey: Uint8Array<ArrayBuffer> | undefined;
  #base: Uint8Array<ArrayBuffer> | undefined;
  #kid = 0;
  #epoch = -1;
  #last: Promise<void> = Promise.resolve();

  constructor(exchange: Exchange) {
    this.#with = exchange;
  }

  /** Who is in the call besides oneself. Anything new about it brings a new key. */
  people(ids: readonly string[], epoch: number): void {
    this.#queue(() => this.#people(ids, epoch));
  }

  hear(from: string, wrapped: string): void {
    this.#queue(() => this.#hear(from, wrapped));
  }

  /** Somebody's frames cannot be opened: ask them for their key again. */
  ask(person: string): void {
    this.#queue(() => this.#hello(person));
  }

  /** Everybody's public keys, for the safety code; null until all are known. */
  publicKeys(): readonly Uint8Array[] | null {
    const all = [...this.#peers.values()].map(({ publicKey }) => publicKey);
    return this.#publicKey && all.every((key) => key !== undefined) ? [this.#publicKey, ...all] : null;
  }

  /** Whether everybody else's frames can be opened here. */
  isComplete(): boolean {
    return [...this.#peers.values()].every(({ isKnown }) => isKnown);
  }

  /** Steps one after the other; one that fails (a stranger's letter) holds nobody up. */
  #queue(step: () => Promise<void>): void {
    this.#last = this.#last.then(step).then(
      () => this.#with.changed(),
      () => undefined,
    );
  }

  async #people(ids: readonly string[], epoch: number): Promise<void> {
    const isSame = epoch === this.#epoch && ids.length === this.#peers.size && ids.every((id) => this.#peers.has(id));
    if (isSame) return;
    this.#epoch = epoch;
    for (const id of [...this.#peers.keys()].filter((known) => !ids.includes(known))) {
      this.#peers.delete(id);
      this.#with.tell({ kind: "forget", person: id });
    }
    for (const id of ids) if (!this.#peers.has(id)) this.#peers.set(id, { isKnown: false, sent: -1 });
    await this.#rotate();
  }

  async #rotate(): Promise<void> {
    const isFirst = !this.#base;
    const base = crypto.getRandomValues(new Uint8Array(BASE_BYTES));
    const kid = this.#kid;
    this.#kid += 1;
    this.#base = base;
    const told = Promise.all([...this.#peers.keys()].map((id) => this.#greet(id, kid)));
    const use = (): void => {
      if (this.#base === base) this.#with.tell({ kind: "own", kid, base: base.slice() });
    };
    if (isFirst) use();
    else void Promise.race([told, later(PATIENCE_MS)]).then(use, use);
  }

  /** Our frame key to whom we can seal it for; to others our public key, which they answer. */
  async #greet(id: string, kid: number): Promise<void> {
    const peer = this.#peers.get(id);
    if (!peer?.publicKey) return this.#hello(id);
    if (!this.#base) return;
    peer.sent = kid;
    const key = await this.#shared(peer.publicKey, this.#with.me, id);
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const number = new Uint8Array(KID_BYTES);
    new DataView(number.buffer).setUint32(0, kid);
    const how = { name: "AES-GCM", iv, additionalData: this.#letter(this.#with.me, id) };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(how, key, joined(number, this.#base)));
    await this.#post(id, iv, sealed);
  }

  readonly #hello = (id: string): Promise<void> => this.#post(id);

  async #post(id: string, ...sealed: readonly Uint8Array[]): Promise<void> {
    const letter = joined(new Uint8Array([VERSION]), await this.#ownPublic(), ...sealed);
    await this.#with.send(id, this.#epoch, encode(letter)).catch(() => undefined);
  }

  async #hear(from: string, wrapped: string): Promise<void> {
    const peer = this.#peers.get(from);
    const letter = decode(wrapped);
    if (!peer || letter[0] !== VERSION || letter.length < 1 + PUBLIC_BYTES) return;
    const publicKey = letter.slice(1, 1 + PUBLIC_BYTES);
    if (!peer.publicKey || !isSame(peer.publicKey, publicKey)) Object.assign(peer, { publicKey, sent: -1 });
    const sealed = letter.subarray(1 + PUBLIC_BYTES);
    const present = this.#kid - 1;
    if (sealed.length === 0 || peer.sent !== present) await this.#greet(from, present);
    if (sealed.length > 0) await this.#take(from, peer, publicKey, sealed);
  }

  async #take(from: string, peer: Peer, publicKey: Uint8Array<ArrayBuffer>, sealed: Uint8Array): Promise<void> {
    const key = await this.#shared(publicKey, from, this.#with.me);
    const how = { name: "AES-GCM", iv: sealed.slice(0, IV_BYTES), additionalData: this.#letter(from, this.#with.me) };
    const plain = new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.slice(IV_BYTES)));
    const kid = new DataView(plain.buffer).getUint32(0);
    this.#with.tell({ kind: "key", person: from, kid, base: plain.slice(KID_BYTES) });
    peer.isKnown = true;
  }

  /** The key for letters from one person to another: each direction has its own. */
  async #shared(publicKey: Uint8Array<ArrayBuffer>, from: string, to: string): Promise<CryptoKey> {
    const { privateKey } = await this.#pair;
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const theirs = await crypto.subtle.importKey("raw", publicKey, curve, false, []);
    const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, privateKey, 256);
    const secret = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: this.#letter(from, to) };
    return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }

  /** What a letter is for: it opens for nobody else, from nobody else, in no other visit. */
  #letter(from: string, to: string): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(JSON.stringify(["meridian frame key", VERSION, this.#with.visit, from, to]));
  }

  async #ownPublic(): Promise<Uint8Array<ArrayBuffer>> {
    this.#publicKey ??= new Uint8Array(await crypto.subtle.exportKey("raw", (await this.#pair).publicKey));
    return this.#publicKey;
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

function encode(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const decode = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
