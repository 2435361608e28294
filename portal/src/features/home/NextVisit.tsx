import { CalendarClock, MapPin, Video } from "lucide-react";
import type { ReactElement } from "react";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Badge, ButtonLink, Card, ErrorState, Skeleton } from "../../ui/index.ts";
import { nextVisit, type Visit } from "./todo.ts";
import { useVisits } from "./waits.ts";

/** The visit that comes next, and what can be done about it. */
export function NextVisit({ patient }: { patient: string }): ReactElement {
  const { data, isError, refetch } = useVisits(patient);
  if (isError)
    return (
      <ErrorState title={t("home.nextFailed")} onRetry={() => void refetch()}>
        {t("home.failedHint")}
      </ErrorState>
    );
  if (!data)
    return (
      <Card title={t("home.next")}>
        <Skeleton lines={2} />
      </Card>
    );
  const visit = nextVisit(data, Date.now());
  return (
    <Card title={t("home.next")}>
      {visit ? (
        <Told visit={visit} />
      ) : (
        <>
          <p>{t("home.nextNone")}</p>
          <p className="muted">{t("home.nextNoneHint")}</p>
        </>
      )}
    </Card>
  );
}

function Told({ visit }: { visit: Visit }): ReactElement {
  const who = visit.providers.join(", ");
  return (
    <div className="stack">
      <p className="home-when">
        <CalendarClock aria-hidden="true" size={20} />
        <span>{momentText(visit.start)}</span>
      </p>
      <p>
        {[visit.serviceName, who && t("home.with", { who })].filter(Boolean).join(", ")}{" "}
        {visit.asked && <Badge tone="info">{t("home.asked")}</Badge>}
      </p>
      {visit.video ? (
        <p className="row muted" data-gap="2">
          <Video aria-hidden="true" size={18} />
          {t("home.byVideo")}
        </p>
      ) : (
        visit.place && (
          <p className="row muted" data-gap="2">
            <MapPin aria-hidden="true" size={18} />
            {visit.place}
          </p>
        )
      )}
      <div className="row">
        <ButtonLink href="/appointments">{t(visit.canCheckIn ? "home.checkIn" : "home.manage")}</ButtonLink>
      </div>
    </div>
  );
}
