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
