/** What calls for somebody: the same limits as the rules by which operators are woken (`deploy/prometheus`). */
import { type Key, t } from "../../i18n/index.ts";
import type { Present } from "./status.ts";
import { showLong } from "./words.ts";

export interface Finding {
  readonly id: Key;
  readonly tone: "warning" | "danger";
  readonly text: string;
}

const HOUR = 3600;

type Check = (present: Present) => Finding | false;

const finding = (tone: Finding["tone"], id: Key, values: Record<string, string | number> = {}): Finding => ({
  id,
  tone,
  text: t(id, values),
});

const CHECKS: readonly Check[] = [
  (now) => now.processes === 0 && finding("warning", "status.nobody"),
  (now) => {
    const away = now.parts.filter((part) => part.state === "away").map((part) => part.name);
    return away.length > 0 && finding("danger", "status.away", { names: away.join(", ") });
  },
  (now) => {
    const resting = now.parts.filter((part) => part.state === "resting").map((part) => part.name);
    return resting.length > 0 && finding("warning", "status.resting", { names: resting.join(", ") });
  },
  (now) =>
    now.load > 0 && now.errors > 0.0144 * now.load * 60 && finding("danger", "status.failing", { count: now.errors }),
  (now) => (now.p95 ?? 0) > 1 && finding("warning", "status.slow", { time: showLong(now.p95 ?? 0) }),
  (now) => now.dueFor > 600 && finding("danger", "status.late", { time: showLong(now.dueFor) }),
  (now) => now.givenUp > 0 && finding("warning", "status.stopped", { count: now.givenUp }),
  (now) => now.signedAgo > 60 && finding("danger", "status.unsigned", { time: showLong(now.signedAgo) }),
  (now) => now.processes > 0 && now.backupAgo == null && finding("danger", "status.noBackup"),
  (now) =>
    (now.backupAgo ?? 0) > 26 * HOUR && finding("danger", "status.oldBackup", { time: showLong(now.backupAgo ?? 0) }),
  (now) =>
    (now.drillAgo ?? 0) > 35 * 24 * HOUR &&
    finding("warning", "status.oldDrill", { time: showLong(now.drillAgo ?? 0) }),
  (now) => (now.disk ?? 1) < 0.1 && finding("danger", "status.full"),
];

/** What calls for somebody, the worst first. */
export function findings(present: Present): readonly Finding[] {
  const found = CHECKS.map((check) => check(present)).filter((one) => one !== false);
  return found.toSorted((a, b) => Number(b.tone === "danger") - Number(a.tone === "danger"));
}
