import { useQuery } from "@tanstack/react-query";
import type { Observation } from "fhir/r4";
import { CalendarPlus, FolderHeart } from "lucide-react";
import type { ReactElement } from "react";
import { searches } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { valueText, whenOf } from "../../fhir/findings.ts";
import { dayText } from "../../fhir/moments.ts";
import { conceptText } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { usePolling } from "../../live/index.ts";
import { useSession } from "../../session/index.ts";
import { Badge, ButtonLink, Card, EmptyState, ErrorState, PageHead, Skeleton } from "../../ui/index.ts";
import { NextVisit } from "./NextVisit.tsx";
import { isNew, overviewOf, overviewQueries } from "./overview.ts";
import { Todos } from "./Todos.tsx";
import "./home.css";

/** A patient's first page: what waits, the next visit, what is new, the medicines. */
export function HomePage(): ReactElement {
  const { account, patient, patients, organisation, role } = useSession();
  const chosen = patients.find((one) => one.id === patient) ?? patients[0];
  const where = { organisation: organisation.name };
  return (
    <>
      <PageHead
        title={t("home.hello", { name: account.name })}
        lead={role !== "patient" && chosen ? t("home.leadFor", { name: chosen.name, ...where }) : t("home.lead", where)}
        actions={
          chosen && (
            <ButtonLink kind="primary" href="/appointments/new" icon={CalendarPlus}>
              {t("home.book")}
            </ButtonLink>
          )
        }
      />
      {chosen ? (
        <>
          {role !== "helper" && <Todos key={chosen.id} patient={chosen.id} />}
          <NextVisit patient={chosen.id} />
          {role !== "helper" && <FromTheRecord patient={chosen.id} />}
        </>
      ) : (
        <EmptyState icon={FolderHeart} title={t("home.noRecord")}>
          {t("home.noRecordHint")}
        </EmptyState>
      )}
    </>
  );
}

function FromTheRecord({ patient }: { patient: string }): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["home", patient],
    refetchInterval: usePolling(),
    queryFn: async ({ signal }) => overviewOf(await searches(overviewQueries(patient), signal)),
  });
  if (isPending)
    return (
      <Card>
        <Skeleton lines={5} />
      </Card>
    );
  if (error)
    return (
      <ErrorState
        title={t("home.failed")}
        requestId={error instanceof FhirFault ? error.requestId : undefined}
        onRetry={() => void refetch()}
      >
        {t("home.failedHint")}
      </ErrorState>
    );
  return (
    <>
      <Results results={data.results} />
      <Card title={t("home.medicines")} actions={<More to="/record/medicines" />}>
        {data.medicines.length === 0 ? (
          <p>{t("home.medicinesNone")}</p>
        ) : (
          <ul className="home-lines">
            {data.medicines.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        )}
      </Card>
      <div className="row">
        <ButtonLink href="/record" icon={FolderHeart}>
          {t("home.record")}
        </ButtonLink>
      </div>
    </>
  );
}

function Results({ results }: { results: readonly Observation[] }): ReactElement {
  const now = Date.now();
  const fresh = results.filter((one) => isNew(one, now)).length;
  return (
    <Card
      title={t("home.results")}
      note={fresh > 0 && <Badge tone="info">{t("home.resultsNew", { count: fresh })}</Badge>}
      actions={<More to="/record/results" />}
    >
      {results.length === 0 ? (
        <p>{t("home.resultsNone")}</p>
      ) : (
        <>
          <ul className="home-lines">
            {results.map((one) => (
              <li key={one.id} className="row" data-justify="between">
                <span>
                  {conceptText(one.code)}: <span className="nowrap tabular strong">{valueText(one)}</span>
                </span>
                <span className="muted nowrap">{dayText(whenOf(one))}</span>
              </li>
            ))}
          </ul>
          <p className="muted">{t("home.resultsHint")}</p>
        </>
      )}
    </Card>
  );
}

const More = ({ to }: { to: string }): ReactElement => (
  <ButtonLink kind="quiet" size="small" href={to}>
    {t("home.all")}
  </ButtonLink>
);
