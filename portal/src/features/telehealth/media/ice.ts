/** What peer connections have in common: how they are made, and which TURN servers failed them. */
import type { Ice, TurnFailure } from "./port.ts";

/** Refused credentials, quota reached, not reached at all; other numbers say nothing that could be acted on. */
const TOLD = [401, 486, 701];

export interface IceOptions {
  readonly ice: Ice;
  readonly relayOnly: boolean;
  /** One for all connections of a call, so that each person has one fingerprint. */
  readonly certificate: RTCCertificate | null;
}

export const configuration = ({ ice, relayOnly, certificate }: IceOptions): RTCConfiguration => ({
  iceServers: [...ice.servers],
  bundlePolicy: "max-bundle",
  iceTransportPolicy: relayOnly ? "relay" : "all",
  ...(certificate && { certificates: [certificate] }),
});

/** By which transport a TURN address is spoken to (RFC 7065). */
export function transportOf(url: string): TurnFailure["transport"] {
  if (url.startsWith("turns:")) return "tls";
  return /[?&]transport=tcp/i.test(url) ? "tcp" : "udp";
}

/** Tells of TURN servers that fail this connection. */
export function watchTurn(connection: RTCPeerConnection, failed: (failure: TurnFailure) => void): void {
  connection.addEventListener("icecandidateerror", ({ errorCode, url }) => {
    if (TOLD.includes(errorCode) && /^turns?:/.test(url)) failed({ code: errorCode, transport: transportOf(url) });
  });
}

/** Adds a failure to those known, each once. */
export const withFailure = (known: readonly TurnFailure[], one: TurnFailure): readonly TurnFailure[] =>
  known.some(({ code, transport }) => code === one.code && transport === one.transport) ? known : [...known, one];
