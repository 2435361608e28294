/** What the device test needs of the server, and what it tells the clinic. */
import { Problem } from "../../api/index.ts";
import type { Finding } from "./findings.ts";
import { TEST_STEPS, type TestStep } from "./media/devicetest.ts";
import type { Wire } from "./seat.ts";

/** Resolves when the server answers at all: a refusal came through the socket too. */
export async function answersBySocket(wire: Wire, visit: string): Promise<void> {
  try {
    await wire.ask("visit.sync", { visit, since: 0 });
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.isOffline) throw problem;
  }
}

/** What was found, as the server takes it: a word for each step. */
export function reportOf(findings: readonly Finding[]): Record<TestStep, "ok" | "weak" | "failed" | "skipped"> {
  const word = (step: TestStep) => findings.find((one) => one.step === step)?.state ?? "waits";
  const said = TEST_STEPS.map((step) => {
    const state = word(step);
    return [step, state === "waits" || state === "runs" ? "skipped" : state] as const;
  });
  return Object.fromEntries(said) as ReturnType<typeof reportOf>;
}
