/**
 * Watches one connection and says what is to be done about it: find another way after three seconds of silence or at
 * once when it failed, build it anew when it does not come about in ten.
 */
import type { LinkState } from "./port.ts";

const SILENCE_MS = 3000;
const WATCHDOG_MS = 10_000;
/** Attempts that came to nothing before it is called failed; it is tried again all the same. */
const PATIENCE = 2;

export interface Remedies {
  changed(): void;
  /** Another way for the same connection. */
  restart(): void;
  /** Another connection. */
  rebuild(): void;
}

export class Link {
  state: LinkState = "connecting";
  /** How often it was restarted and rebuilt. */
  restarts = 0;
  rebuilds = 0;
  #vain = 0;
  #isMending = false;
  #isStopped = false;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  readonly #remedies: Remedies;

  constructor(remedies: Remedies) {
    this.#remedies = remedies;
  }

  /** A new connection begins; an earlier one is not listened to any more. */
  watch(connection: RTCPeerConnection): void {
    this.#isMending = false;
    this.#expect();
    this.#become(this.#vain >= PATIENCE ? "failed" : this.state === "connecting" ? "connecting" : "interrupted");
    connection.addEventListener("connectionstatechange", () => this.#look(connection.connectionState));
  }

  /** Whether another way is being looked for already. */
  get isMending(): boolean {
    return this.#isMending;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#silence);
    clearTimeout(this.#watchdog);
  }

  #look(state: RTCPeerConnectionState): void {
    if (this.#isStopped) return;
    if (state === "connected") this.#connected();
    else if (state === "disconnected") this.#silent();
    else if (state === "failed") this.#restart();
  }

  #connected(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#watchdog);
    this.#silence = undefined;
    this.#isMending = false;
    this.#vain = 0;
    this.#become("connected");
  }

  #silent(): void {
    this.#become("interrupted");
    this.#silence ??= setTimeout(() => this.#restart(), SILENCE_MS);
  }

  /** Once for each interruption; when it does not help, the watchdog does. */
  #restart(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
    if (this.#isMending) return;
    this.#isMending = true;
    if (this.state !== "failed") this.#become("interrupted");
    this.restarts += 1;
    this.#expect();
    this.#remedies.restart();
  }

  #expect(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#vain += 1;
      this.rebuilds += 1;
      this.#remedies.rebuild();
    }, WATCHDOG_MS);
  }

  #become(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    this.#remedies.changed();
  }
}
