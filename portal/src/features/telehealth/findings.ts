/** What a test of somebody's device and network found, and what it means for the call. */
import { TEST_STEPS, type TestProblem, type TestResult, type TestStep } from "./media/devicetest.ts";

export type Step = "browser" | TestStep;

export interface Finding {
  readonly step: Step;
  readonly state: "waits" | "runs" | "ok" | "weak" | "failed";
  readonly why?: TestProblem | undefined;
}

const RELAYS: readonly Step[] = ["udp", "tcp", "tls"];

export const NOT_TESTED: readonly Finding[] = (["browser", ...TEST_STEPS] as const).map((step) => ({
  step,
  state: "waits",
}));

/** The findings with that of one step replaced. */
export const found = (findings: readonly Finding[], one: Finding): readonly Finding[] =>
  findings.map((old) => (old.step === one.step ? one : old));

/** What a result says by itself. */
export const findingOf = ({ step, state, problem }: TestResult): Finding => ({
  step,
  state,
  ...(problem && { why: problem }),
});

export const isDone = (findings: readonly Finding[]): boolean =>
  findings.every(({ state }) => state !== "waits" && state !== "runs");

/**
 * What the results mean together: of the ways through a relay one is enough, so the others are then only weaker, and so
 * they are where the clinic has no relay at all; a quiet room makes no sound, so a silent microphone is a doubt.
 */
export function weighed(findings: readonly Finding[]): readonly Finding[] {
  const hasWay = findings.some(({ step, state }) => RELAYS.includes(step) && state === "ok");
  return findings.map((one) => {
    const isRelay = RELAYS.includes(one.step) && (hasWay || one.why === "none");
    return one.state === "failed" && (isRelay || one.why === "silent") ? { ...one, state: "weak" } : one;
  });
}

const stateOf = (findings: readonly Finding[], step: Step) => findings.find((one) => one.step === step)?.state;

/** Whether a call can come about: a browser that can, a microphone, and the clinic in reach; the rest makes it better. */
export const isUsable = (findings: readonly Finding[]): boolean =>
  (["browser", "microphone", "socket"] as const).every((step) =>
    ["ok", "weak"].includes(stateOf(findings, step) ?? ""),
  );

/** Whether it would be a call without one's own picture. */
export const isSoundOnly = (findings: readonly Finding[]): boolean => stateOf(findings, "camera") === "failed";
