/**
 * Tries everything a call needs, step by step, so that the step that fails can be named and something be done about it:
 * camera, microphone, the socket, and each way through the relay by itself.
 */
import { type DeviceProblem, type Devices, listen } from "./devices.ts";
import { transportOf, watchTurn } from "./ice.ts";
import type { Ice, TurnFailure } from "./port.ts";

export type TestStep = "camera" | "microphone" | "socket" | "udp" | "tcp" | "tls";

export const TEST_STEPS: readonly TestStep[] = ["camera", "microphone", "socket", "udp", "tcp", "tls"];

/**
 * Why a step failed: a device's reason; `silent` a microphone that gives nothing; `dark` a camera without pictures;
 * `socket` the server out of reach; `credentials`, `quota` and `unreachable` of a relay; `none` where there is no relay.
 */
export type TestProblem =
  | DeviceProblem
  | "silent"
  | "dark"
  | "socket"
  | "credentials"
  | "quota"
  | "unreachable"
  | "none";

export interface TestResult {
  readonly step: TestStep;
  readonly state: "ok" | "failed";
  readonly problem: TestProblem | null;
  /** Milliseconds that the step took. */
  readonly ms: number;
}

export interface TestOptions {
  readonly devices: Devices;
  /** Resolves when the server answers over the socket. */
  socket(): Promise<unknown>;
  /** Short-lived credentials, of `GET ice-test`. */
  ice(): Promise<Ice>;
  /** A step begins. */
  began(step: TestStep): void;
  /** A step is done. */
  done(result: TestResult): void;
}

const DEVICE_MS = 5000;
const SOCKET_MS = 5000;
const RELAY_MS = 8000;
/** A microphone in a quiet room is louder than this; one that is muted at the device gives nothing at all. */
const QUIET = 0.0005;

/** Every step in turn, whatever became of those before it; all results, in order. */
export async function testDevices(options: TestOptions): Promise<readonly TestResult[]> {
  const { devices } = options;
  const ice = options.ice().catch(() => null);
  const tries: Readonly<Record<TestStep, () => Promise<TestProblem | null>>> = {
    camera: () => camera(devices),
    microphone: () => microphone(devices),
    socket: () => within(SOCKET_MS, options.socket()),
    udp: async () => relay(await ice, "udp"),
    tcp: async () => relay(await ice, "tcp"),
    tls: async () => relay(await ice, "tls"),
  };
  const results: TestResult[] = [];
  for (const step of TEST_STEPS) {
    options.began(step);
    const began = performance.now();
    const problem = await tries[step]();
    const ms = Math.round(performance.now() - began);
    const result: TestResult = { step, state: problem ? "failed" : "ok", problem, ms };
    results.push(result);
    options.done(result);
  }
  return results;
}

async function camera(devices: Devices): Promise<TestProblem | null> {
  if (!isLive(devices.now().video)) await devices.chooseCamera(devices.now().camera ?? undefined);
  const { video, problems } = devices.now();
  if (!video) return problems.camera;
  return (await hasPicture(video)) ? null : "dark";
}

async function microphone(devices: Devices): Promise<TestProblem | null> {
  if (!isLive(devices.now().audio)) await devices.chooseMicrophone(devices.now().microphone ?? undefined);
  const { audio, problems } = devices.now();
  if (!audio) return problems.microphone;
  return (await isHeard(audio)) ? null : "silent";
}

const isLive = (track: MediaStreamTrack | null): boolean => track?.readyState === "live";

/** A first picture, shown to nobody. */
function hasPicture(track: MediaStreamTrack): Promise<boolean> {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  const came = new Promise<boolean>((resolve) => video.requestVideoFrameCallback(() => resolve(true)));
  void video.play().catch(() => undefined);
  return Promise.race([came, after(DEVICE_MS, false)]).finally(() => {
    video.srcObject = null;
  });
}

function isHeard(track: MediaStreamTrack): Promise<boolean> {
  let stop = (): void => undefined;
  const heard = new Promise<boolean>((resolve) => {
    stop = listen(track, (level) => level > QUIET && resolve(true));
  });
  return Promise.race([heard, after(DEVICE_MS, false)]).finally(() => stop());
}

const within = (ms: number, answer: Promise<unknown>): Promise<TestProblem | null> =>
  Promise.race([
    answer.then(
      () => null,
      () => "socket" as const,
    ),
    after(ms, "socket" as const),
  ]);

/** Whether one transport gives a relay: nothing else is tried, so nothing else can help it. */
async function relay(ice: Ice | null, transport: TurnFailure["transport"]): Promise<TestProblem | null> {
  const servers = (ice?.servers ?? []).flatMap((server) => only(server, transport));
  if (servers.length === 0) return "none";
  const connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: "relay" });
  try {
    return await Promise.race([gathered(connection), after(RELAY_MS, "unreachable" as const)]);
  } finally {
    connection.close();
  }
}

function only(server: RTCIceServer, transport: TurnFailure["transport"]): RTCIceServer[] {
  const urls = [server.urls].flat().filter((url) => /^turns?:/.test(url) && transportOf(url) === transport);
  return urls.length > 0 ? [{ ...server, urls }] : [];
}

const PROBLEMS: Readonly<Record<number, TestProblem>> = { 401: "credentials", 486: "quota", 701: "unreachable" };

function gathered(connection: RTCPeerConnection): Promise<TestProblem | null> {
  let problem: TestProblem = "unreachable";
  const found = new Promise<TestProblem | null>((resolve) => {
    watchTurn(connection, ({ code }) => {
      problem = PROBLEMS[code] ?? problem;
    });
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate?.type === "relay") resolve(null);
      if (!candidate) resolve(problem);
    });
  });
  connection.createDataChannel("test");
  void connection.setLocalDescription();
  return found;
}

const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), ms));
