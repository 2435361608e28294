/** What leaves this browser: always the same three lines, voice, camera and screen, of which any may be silent. */
import type { Step } from "./port.ts";

/** The lines in the order in which every offer has them; nothing is ever negotiated to show a screen or to hide a face. */
export const LINES = ["audio", "camera", "screen"] as const;
export type LineName = (typeof LINES)[number];

export const KINDS: Readonly<Record<LineName, "audio" | "video">> = {
  audio: "audio",
  camera: "video",
  screen: "video",
};

export interface Outgoing {
  readonly audio: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
  readonly step: Step;
  /** Whether pictures of others are wanted. */
  readonly wantsPictures: boolean;
}

/** 360p and 180p of a camera that gives 360p; text on a screen needs sharpness rather than frames. */
const ENCODINGS: Readonly<Record<Step, RTCRtpEncodingParameters>> = {
  full: { active: true, maxBitrate: 600_000, scaleResolutionDownBy: 1 },
  small: { active: true, maxBitrate: 120_000, scaleResolutionDownBy: 2 },
  off: { active: false, maxBitrate: 120_000, scaleResolutionDownBy: 2 },
};
const SCREEN: RTCRtpEncodingParameters = { active: true, maxBitrate: 1_500_000 };

function encoding(line: LineName, step: Step): RTCRtpEncodingParameters | null {
  if (line === "audio") return null;
  return line === "camera" ? ENCODINGS[step] : SCREEN;
}

/** The three lines of somebody who offers. */
export function offerLines(connection: RTCPeerConnection, { step }: Outgoing): RTCRtpTransceiver[] {
  return LINES.map((line) => {
    const limits = encoding(line, step);
    const how: RTCRtpTransceiverInit = { direction: "sendrecv", ...(limits && { sendEncodings: [{ ...limits }] }) };
    return connection.addTransceiver(KINDS[line], how);
  });
}

/** Puts tracks and limits onto the lines; `transceivers` are in the order of `LINES`. */
export async function send(transceivers: readonly RTCRtpTransceiver[], outgoing: Outgoing): Promise<void> {
  await Promise.all(
    LINES.map(async (line, at) => {
      const sender = transceivers[at]?.sender;
      if (!sender) return;
      if (sender.track !== outgoing[line]) await sender.replaceTrack(outgoing[line]);
      await limit(sender, encoding(line, outgoing.step));
    }),
  );
}

async function limit(sender: RTCRtpSender, limits: RTCRtpEncodingParameters | null): Promise<void> {
  if (!limits) return;
  const parameters = sender.getParameters();
  const [first] = parameters.encodings;
  if (!first || isSame(first, limits)) return;
  parameters.encodings[0] = { ...first, ...limits };
  await sender.setParameters(parameters);
}

const isSame = (a: RTCRtpEncodingParameters, b: RTCRtpEncodingParameters): boolean =>
  a.active === b.active && a.maxBitrate === b.maxBitrate && a.scaleResolutionDownBy === b.scaleResolutionDownBy;
