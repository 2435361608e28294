import { expect, test } from "vitest";
import {
  type Finding,
  found,
  isDone,
  isSoundOnly,
  isUsable,
  NOT_TESTED,
  weighed,
} from "../../../src/features/telehealth/findings.ts";
import { reportOf } from "../../../src/features/telehealth/reaching.ts";

const ALL_WELL: readonly Finding[] = NOT_TESTED.map(({ step }) => ({ step, state: "ok" }));
const but = (...failed: readonly Finding[]): readonly Finding[] => weighed(failed.reduce(found, ALL_WELL));
const stateOf = (findings: readonly Finding[], step: Finding["step"]) =>
  findings.find((one) => one.step === step)?.state;

test("one way through a relay is enough, and the others are only weak", () => {
  const findings = but({ step: "udp", state: "failed", why: "unreachable" });

  expect(stateOf(findings, "udp")).toBe("weak");
  expect(isUsable(findings)).toBe(true);
});

test("no way at all is a failure that is named", () => {
  const blocked = (step: "udp" | "tcp" | "tls"): Finding => ({ step, state: "failed", why: "unreachable" });
  const findings = but(blocked("udp"), blocked("tcp"), blocked("tls"));

  expect(["udp", "tcp", "tls"].map((step) => stateOf(findings, step as "udp"))).toEqual(["failed", "failed", "failed"]);
});

test("a quiet room is no broken microphone, and a forbidden one is", () => {
  expect(isUsable(but({ step: "microphone", state: "failed", why: "silent" }))).toBe(true);
  expect(isUsable(but({ step: "microphone", state: "failed", why: "denied" }))).toBe(false);
});

test("without a camera it is a call by sound", () => {
  const findings = but({ step: "camera", state: "failed", why: "missing" });

  expect([isUsable(findings), isSoundOnly(findings)]).toEqual([true, true]);
});

test("it is done when nothing waits or runs", () => {
  expect([isDone(NOT_TESTED), isDone(ALL_WELL)]).toEqual([false, true]);
});

test("the clinic is told a word for each step, and of one that was not tested that it was not", () => {
  const findings = found(NOT_TESTED, { step: "camera", state: "failed", why: "denied" });

  expect(reportOf(findings)).toEqual({
    ...{ camera: "failed", microphone: "skipped", socket: "skipped" },
    ...{ udp: "skipped", tcp: "skipped", tls: "skipped" },
  });
});
