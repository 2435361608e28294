import { CalendarClock, MapPin, Video } from "lucide-react";
import type { ReactElement } from "react";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useOpenCalls } from "../../live/openCalls.ts";
import { useSession } from "../../session/index.ts";
import { Badge, ButtonLink, Card, ErrorState, Skeleton } from "../../ui/index.ts";
import { nextVisit, type Visit } from "./todo.ts";
import { useVisits } from "./waits.ts";

/** The visit that comes next, and what can be done about it. */
export function NextVisit({ patient }: { patient: string }): ReactElement {
  const { data, isError, refetch } = useVisits(patient);
  const { role } = useSession();
  const calls = useOpenCalls(role !== "helper" && (data?.some(({ video }) => video) ?? false));
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
  const visit = nextVisit(data, Date.now(), calls);
  return (
    <Card title={t("home.next")}>
      {visit ? (
        <Told visit={visit} canJoin={calls.includes(visit.id)} mayJoin={role !== "helper"} />
      ) : (
        <>
          <p>{t("home.nextNone")}</p>
          <p className="muted">{t("home.nextNoneHint")}</p>
        </>
      )}
    </Card>
  );
}

interface ToldProps {
  readonly visit: Visit;
  /** Its doors are open. */
  readonly canJoin: boolean;
  /** Whoever only arranges visits joins none. */
  readonly mayJoin: boolean;
}

function Told({ visit, canJoin, mayJoin }: ToldProps): ReactElement {
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
        {visit.video && mayJoin && !visit.asked && (
          <ButtonLink kind={canJoin ? "primary" : "secondary"} icon={Video} href={`/visits/${visit.id}`}>
            {t(canJoin ? "home.join" : "home.getReady")}
          </ButtonLink>
        )}
        <ButtonLink href="/appointments">
          {t(visit.canCheckIn && !visit.video ? "home.checkIn" : "home.manage")}
        </ButtonLink>
      </div>
    </div>
  );
}
