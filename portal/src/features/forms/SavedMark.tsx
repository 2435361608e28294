import { CloudOff } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import type { Saving } from "../../session/index.ts";
import { Badge, showTime } from "../../ui/index.ts";

/** How far the answers have come: saved at, being saved, or kept only here. */
export function SavedMark({ saving }: { saving: Saving }): ReactElement {
  return (
    <span className="muted small" role="status">
      {saving.state === "saved" && t("forms.saved", { time: showTime(saving.at) })}
      {(saving.state === "saving" || saving.state === "waiting") && t("forms.saving")}
      {saving.state === "offline" && (
        <Badge tone="warning" icon={CloudOff}>
          {t("forms.keptHere")}
        </Badge>
      )}
      {saving.state === "refused" && <Badge tone="danger">{t("forms.notKept")}</Badge>}
    </span>
  );
}
