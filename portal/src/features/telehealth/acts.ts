import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";

/** What a call asks before it does it, or opens in front of itself. */
export type Asked = "leave" | "end" | "safety" | "devices" | "invite";

/** Does it, and says what the server said against it. */
export function did(done: Promise<unknown>): void {
  done.catch((error: Error & { readonly detail?: string }) =>
    toast({ tone: "danger", text: error.detail || t("tele.actFailed") }),
  );
}
