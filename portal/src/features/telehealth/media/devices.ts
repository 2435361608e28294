/**
 * This person's camera, microphone and loudspeaker: which there are, which are in use, and why one is not. A camera that
 * is off is let go of, so that its light is off too.
 */

/** Why a device could not be had. `insecure`: browsers give devices to pages over HTTPS only. */
export type DeviceProblem = "denied" | "missing" | "busy" | "unsupported" | "insecure";

export interface Device {
  readonly id: string;
  /** As the browser calls it; empty until devices may be used. */
  readonly label: string;
}

export interface DevicesState {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  /** Empty where the browser does not let pages choose; then there is nothing to choose. */
  readonly speakers: readonly Device[];
  /** Ids of those in use; the loudspeaker's goes to `setSinkId` of what plays, and `""` is the usual one. */
  readonly camera: string | null;
  readonly microphone: string | null;
  readonly speaker: string;
  readonly problems: { readonly camera: DeviceProblem | null; readonly microphone: DeviceProblem | null };
}

/** 360p is what a face needs, and what every line of the call is reckoned with (sending.ts). */
const PICTURE: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 360 },
  frameRate: { ideal: 24, max: 30 },
  facingMode: "user",
};
const VOICE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

const NOTHING: DevicesState = {
  audio: null,
  video: null,
  cameras: [],
  microphones: [],
  speakers: [],
  camera: null,
  microphone: null,
  speaker: "",
  problems: { camera: null, microphone: null },
};

/** What `getUserMedia` threw, by its name (W3C Media Capture and Streams, section 10.2). */
export function problemOf(error: unknown): DeviceProblem {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return name === "TypeError" ? unavailable() : "missing";
}

const unavailable = (): DeviceProblem => (globalThis.isSecureContext ? "unsupported" : "insecure");

export class Devices {
  #state = NOTHING;
  readonly #listeners = new Set<() => void>();
  #isListening = false;

  readonly now = (): DevicesState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Asks for both; the one that can be had is there afterwards, and `problems` say why the other is not. */
  async open(): Promise<void> {
    await this.chooseMicrophone(this.#state.microphone ?? undefined);
    await this.chooseCamera(this.#state.camera ?? undefined);
  }

  /** Uses a camera, the usual one when none is named; null lets go of it. */
  async chooseCamera(id?: string | null): Promise<void> {
    this.#state.video?.stop();
    const got = id === null ? OFF : await track({ video: { ...PICTURE, ...exactly(id) } });
    this.#set({
      video: got.track,
      camera: got.track?.getSettings().deviceId ?? this.#state.camera,
      problems: { ...this.#state.problems, camera: got.problem },
    });
    await this.#list();
  }

  /** Uses a microphone, the usual one when none is named; null lets go of it. */
  async chooseMicrophone(id?: string | null): Promise<void> {
    this.#state.audio?.stop();
    const got = id === null ? OFF : await track({ audio: { ...VOICE, ...exactly(id) } });
    this.#set({
      audio: got.track,
      microphone: got.track?.getSettings().deviceId ?? this.#state.microphone,
      problems: { ...this.#state.problems, microphone: got.problem },
    });
    await this.#list();
  }

  chooseSpeaker(id: string): void {
    this.#set({ speaker: id });
  }

  /** Lets go of everything; `open` begins anew, with the devices that were in use. */
  close(): void {
    this.#state.audio?.stop();
    this.#state.video?.stop();
    this.#set({ audio: null, video: null });
  }

  async #list(): Promise<void> {
    const { mediaDevices } = navigator;
    if (!mediaDevices) return;
    if (!this.#isListening) mediaDevices.addEventListener("devicechange", () => void this.#list());
    this.#isListening = true;
    const all = await mediaDevices.enumerateDevices().catch(() => []);
    const of = (kind: MediaDeviceKind): readonly Device[] =>
      all.filter((one) => one.kind === kind).map(({ deviceId, label }) => ({ id: deviceId, label }));
    const speakers = canChooseSpeaker() ? of("audiooutput") : [];
    this.#set({ cameras: of("videoinput"), microphones: of("audioinput"), speakers });
  }

  #set(part: Partial<DevicesState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}

const canChooseSpeaker = (): boolean => "setSinkId" in HTMLMediaElement.prototype;

interface Got {
  readonly track: MediaStreamTrack | null;
  readonly problem: DeviceProblem | null;
}

const OFF: Got = { track: null, problem: null };

const exactly = (id: string | undefined): MediaTrackConstraints => (id ? { deviceId: { exact: id } } : {});

async function track(constraints: MediaStreamConstraints): Promise<Got> {
  if (!navigator.mediaDevices) return { track: null, problem: unavailable() };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    return { track: stream.getTracks()[0] ?? null, problem: null };
  } catch (error) {
    return { track: null, problem: problemOf(error) };
  }
}

/** Lets the person choose what of their screen to show; null when they change their mind. */
export async function shareScreen(): Promise<MediaStream | null> {
  try {
    return await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
  } catch {
    return null;
  }
}

export const canShareScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === "function";

/** How often a level is told, in milliseconds. */
const LEVEL_MS = 100;

/** Tells how loud a microphone is, from 0 to 1, until it is stopped. */
export function listen(microphone: MediaStreamTrack, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(new MediaStream([microphone])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    tell(Math.min(1, loudest));
  }, LEVEL_MS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
