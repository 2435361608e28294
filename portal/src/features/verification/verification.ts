/** The last attacks on this deployment, and on twins of it that lack a control: what was tried and what came of it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { answer, api, download, type Schemas } from "../../api/index.ts";
import type { Key } from "../../i18n/index.ts";
import type { Tone } from "../../ui/index.ts";

export type Run = Schemas["VerificationRun"];
export type ThreatTried = Schemas["ThreatTried"];
export type Twins = Schemas["Twins"];
export type TwinTried = Schemas["TwinTried"];
export type AttackTried = Schemas["AttackTried"];
export type Result = Run["result"];

export const useVerification = () =>
  useQuery({
    queryKey: ["verification"],
    queryFn: ({ signal }) => answer(api.GET("/api/verification", { signal })),
  });

/** The attacks on one threat, with what was asked and answered. */
export const useAttacks = (threat: string) =>
  useQuery({
    queryKey: ["verification", threat],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/verification/threats/{threat}", { params: { path: { threat } }, signal })),
  });

/** Asks for the signed report and hands it to the browser's downloads. */
export const useReport = () =>
  useMutation({ mutationFn: () => download("/api/verification/report", "verification.zip") });

interface Look {
  readonly tone: Tone;
  readonly word: Key;
}

const LOOKS: Readonly<Record<Result, Look>> = {
  refused: { tone: "success", word: "verification.refused" },
  succeeded: { tone: "danger", word: "verification.succeeded" },
  "not run": { tone: "warning", word: "verification.notRun" },
};

/** How a result looks, and its word. */
export const look = (result: Result): Look => LOOKS[result];

/** A run's verdict in a sentence. */
export function verdict(run: Run): Look {
  if (run.standing === "altered") return { tone: "danger", word: "verification.altered" };
  if (run.result === "refused" && run.leftOut.length > 0) return { tone: "warning", word: "verification.someLeftOut" };
  return {
    refused: { tone: "success", word: "verification.allRefused" } as const,
    succeeded: { tone: "danger", word: "verification.someSucceeded" } as const,
    "not run": { tone: "warning", word: "verification.someNotRun" } as const,
  }[run.result];
}

/** Shares of a whole, in percent, where each begins; for a bar. */
export function shares(one: Pick<ThreatTried, "refused" | "succeeded" | "notRun">) {
  const parts = [
    { result: "refused", count: one.refused },
    { result: "succeeded", count: one.succeeded },
    { result: "not run", count: one.notRun },
  ] as const;
  const whole = parts.reduce((sum, part) => sum + part.count, 0) || 1;
  let from = 0;
  return parts.map((part) => {
    const width = (100 * part.count) / whole;
    from += width;
    return { ...part, from: from - width, width };
  });
}
