import { AlarmClock, CalendarClock, CircleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Badge, isoDay, showDay } from "../../ui/index.ts";
import { urgency } from "./urgency.ts";

/** By when: in words and by its sign, its colour last. */
export function Due({ due, priority }: { due: string; priority: string }): ReactElement {
  const day = due ? showDay(isoDay(new Date(due))) : "";
  const how = urgency(due, new Date());
  return (
    <>
      {priority !== "routine" && (
        <Badge tone="danger" icon={CircleAlert}>
          {t("inbox.urgent")}
        </Badge>
      )}
      {how === "overdue" && (
        <Badge tone="danger" icon={AlarmClock}>
          {t("inbox.overdue", { day })}
        </Badge>
      )}
      {how === "today" && (
        <Badge tone="warning" icon={CalendarClock}>
          {t("inbox.dueToday")}
        </Badge>
      )}
      {how === "later" && <Badge icon={CalendarClock}>{t("inbox.due", { day })}</Badge>}
    </>
  );
}
