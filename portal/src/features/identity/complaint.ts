import { Problem } from "../../api/index.ts";
import { type Key, t } from "../../i18n/index.ts";

/** What to say of a failure: `refused` when what was typed is wrong, else what stands in the way. */
export function complaint(error: unknown, refused: Key): string {
  if (!(error instanceof Problem)) return t("identity.failed");
  if (error.isOffline) return t("identity.unreachable");
  if (error.status === 429) return tooMany(error.retryAfter ?? 30);
  if ([400, 401, 403, 422].includes(error.status)) return t(refused);
  return t("identity.failed");
}

function tooMany(seconds: number): string {
  return seconds < 120
    ? t("identity.tooMany", { count: seconds })
    : t("identity.tooManyMinutes", { count: Math.ceil(seconds / 60) });
}

/** The server makes wrong tries wait, at first a second or two: so short a wait is sat out for the person. */
const SAT_OUT_SECONDS = 5;

const wait = (error: Error): number => (error instanceof Problem && error.status === 429 ? (error.retryAfter ?? 0) : 0);

/** For a mutation that proves who one is: tries once more after a short wait. */
export const sitOut = {
  retry: (count: number, error: Error): boolean => count === 0 && wait(error) > 0 && wait(error) <= SAT_OUT_SECONDS,
  retryDelay: (_: number, error: Error): number => wait(error) * 1000,
};
