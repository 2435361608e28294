import { CloudOff } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import type { Saving } from "../../session/index.ts";
import { Badge, showTime } from "../../ui/index.ts";

/** How far what one writes has come: saved at, being saved, or kept only here. */
export function SavedMark({ saving, since }: { saving: Saving; since?: number | null }): ReactElement {
  return (
    <span className="muted small" role="status">
      {markOf(saving, since)}
    </span>
  );
}

function markOf(saving: Saving, since: number | null | undefined): ReactElement | string {
  if (saving.state === "saved") return t("visit.saved", { time: showTime(saving.at) });
  if (saving.state === "saving") return t("visit.saving");
  if (saving.state === "waiting") return t("visit.waiting");
  if (saving.state === "offline")
    return (
      <Badge tone="warning" icon={CloudOff}>
        {t("visit.offline")}
      </Badge>
    );
  if (saving.state === "refused") return <Badge tone="danger">{t("visit.notSaved")}</Badge>;
  return since ? t("visit.saved", { time: showTime(since) }) : "";
}
