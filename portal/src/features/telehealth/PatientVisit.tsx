import { useQuery } from "@tanstack/react-query";
import { CalendarDays } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useConnection, useStanding } from "../../live/index.ts";
import { useSession } from "../../session/index.ts";
import { ButtonLink, Card, ErrorState, Skeleton } from "../../ui/index.ts";
import { AfterCall } from "./AfterCall.tsx";
import { Attending } from "./Attending.tsx";
import { iceToTest, readVisit, visitKey } from "./api.ts";
import type { ReadyStep } from "./GetReady.tsx";
import { Notice } from "./Notice.tsx";
import { usePhone } from "./phones.ts";
import { answersBySocket, reportOf } from "./reaching.ts";
import type { Whole } from "./room.ts";
import { useHistory } from "./useHistory.ts";
import { useOwnSeat } from "./useOwnSeat.ts";

/** A video visit for the patient, or whoever comes for them. */
export function PatientVisit({ visit }: { readonly visit: string }): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: visitKey(visit),
    queryFn: ({ signal }) => readVisit(visit, signal),
    retry: false,
  });
  if (data) return <Coming key={visit} seen={data} onStale={() => void refetch()} />;
  if (!error)
    return (
      <Card>
        <Skeleton lines={5} />
      </Card>
    );
  if (error instanceof Problem && [403, 404].includes(error.status)) return <Lost />;
  return (
    <ErrorState
      isPage
      title={t("tele.failed")}
      requestId={error instanceof Problem ? error.requestId : undefined}
      onRetry={() => void refetch()}
    >
      {t("tele.failedHint")}
    </ErrorState>
  );
}

const Lost = (): ReactElement => (
  <Notice
    title={t("tele.visitLost")}
    actions={
      <ButtonLink kind="primary" icon={CalendarDays} href="/appointments">
        {t("tele.toVisits")}
      </ButtonLink>
    }
  >
    {t("tele.visitLostHint")}
  </Notice>
);

interface ComingProps {
  readonly seen: Whole;
  readonly onStale: () => void;
}

function Coming({ seen, onStale }: ComingProps): ReactElement {
  const { visit } = seen;
  const { account, organisation } = useSession();
  const [steps] = useState<readonly ReadyStep[]>(() => (seen.consented ? ["devices"] : ["devices", "consent"]));
  const connection = useConnection();
  const isAway = useStanding() === "away";
  const phone = usePhone("Organization", organisation.id);
  const seat = useOwnSeat(visit);
  useHistory(seat);

  return (
    <Attending
      seat={seat}
      seen={seen}
      me={account.name}
      isAway={isAway}
      phone={phone}
      steps={steps}
      reaching={{ socket: () => answersBySocket(connection, visit), ice: () => iceToTest(visit) }}
      onTested={(findings) => connection.mention("visit.device_report", { visit, ...reportOf(findings) })}
      onEnter={(entry) => void seat.enter(entry)}
      onStale={onStale}
      after={(how, onBack) => <AfterCall how={how} onBack={onBack} />}
    />
  );
}
