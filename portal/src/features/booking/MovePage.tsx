import { ChevronLeft } from "lucide-react";
import { type ReactElement, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { freeTimes, type Opening, reschedule } from "../../fhir/appointments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  ErrorState,
  Facts,
  Skeleton,
  showDay,
  TextField,
  toast,
} from "../../ui/index.ts";
import { dayIn, dayWords, showTimeIn, zoneName } from "../../ui/zones.ts";
import { refusalText, useOwnChange, useServices, useVisits, type Visit } from "./data.ts";
import type { Service } from "./plan.ts";
import { TimesChoice } from "./TimesChoice.tsx";
import "./booking.css";

/** Another time for a visit that is booked. */
export function MovePage(): ReactElement {
  const { id = "" } = useParams();
  const { patient } = useSession();
  const visits = useVisits(patient);
  const services = useServices();
  const visit = visits.data?.visits.find((one) => one.id === id);
  const service = services.data?.services.find((one) => one.reference === visit?.service);
  if (visits.isPending || services.isPending) return <Skeleton lines={6} />;
  if (!visit || !service || !visit.canMove)
    return (
      <ErrorState
        isPage
        title={t("booking.cannotMove")}
        actions={<ButtonLink href="/appointments">{t("booking.toVisits")}</ButtonLink>}
      >
        {t("booking.callUs")}
      </ErrorState>
    );
  // The same person again, where the service still knows them.
  const who = service.providers.find((one) => services.data?.names[one] === visit.providers[0]) ?? "";
  return <Moving key={id} visit={visit} service={service} who={who} />;
}

function Moving({ visit, service, who }: { visit: Visit; service: Service; who: string }): ReactElement {
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<Opening | null>(null);
  const [reason, setReason] = useState("");
  const move = useOwnChange(
    (to: Opening) => reschedule(visit.id, { start: to.start, actors: to.actors, reason: reason.trim() || undefined }),
    (_, to) => {
      toast({ text: t("booking.moved", { when: momentWords(to.start, to.zone ?? visit.zone) }) });
      void navigate("/appointments");
    },
  );
  const before = momentWords(visit.start, visit.zone);

  return (
    <div className="booking stack">
      <div>
        <ButtonLink kind="quiet" icon={ChevronLeft} href="/appointments">
          {t("booking.toVisits")}
        </ButtonLink>
      </div>
      <h1 tabIndex={-1}>{t("booking.moveTitle")}</h1>
      <p>{t("booking.moveNow", { service: visit.serviceName, when: before })}</p>
      {move.isError && (
        <Banner tone="danger" role="alert" title={refusalText(move.error) || t("booking.moveFailed")}>
          {t(freeTimes(move.error) ? "booking.chooseAnother" : "booking.stillThere")}
        </Banner>
      )}
      {chosen ? (
        <>
          <Card title={t("booking.moveLook")}>
            <Facts
              facts={[
                { name: t("booking.before"), value: before },
                { name: t("booking.after"), value: momentWords(chosen.start, chosen.zone ?? visit.zone) },
                { name: t("booking.clock"), value: zoneName(chosen.zone ?? visit.zone, Date.parse(chosen.start)) },
              ]}
            />
          </Card>
          <TextField label={t("booking.moveReason")} optional maxLength={200} value={reason} onChange={setReason} />
          <div className="row">
            <Button kind="primary" size="large" isPending={move.isPending} onPress={() => move.mutate(chosen)}>
              {t("booking.moveIt")}
            </Button>
            <Button size="large" onPress={() => setChosen(null)}>
              {t("booking.otherTime")}
            </Button>
          </div>
        </>
      ) : (
        <TimesChoice
          service={service}
          who={who}
          chosen={null}
          moving={visit.id}
          onChoose={setChosen}
          isPending={move.isPending}
        />
      )}
    </div>
  );
}

function momentWords(start: string, zone: string): string {
  const day = dayIn(start, zone);
  return t("booking.at", { day: `${dayWords(day, "weekday")}, ${showDay(day)}`, time: showTimeIn(start, zone) });
}
