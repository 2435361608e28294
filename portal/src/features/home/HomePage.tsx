import { useQuery } from "@tanstack/react-query";
import type { Observation } from "fhir/r4";
import { FolderHeart } from "lucide-react";
import type { ReactElement } from "react";
import { searches } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { valueText, whenOf } from "../../fhir/findings.ts";
import { dayText, momentText } from "../../fhir/moments.ts";
import { conceptText } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { ButtonLink, Card, EmptyState, ErrorState, PageHead, Skeleton } from "../../ui/index.ts";
import { type Overview, overviewOf, overviewQueries } from "./overview.ts";

/** A patient's first page: the next visit, the medicines, what is new. */
export function HomePage(): ReactElement {
  const { account, patient, patients, organisation, role } = useSession();
  const chosen = patients.find((one) => one.id === patient) ?? patients[0];
  const where = { organisation: organisation.name };
  return (
    <>
      <PageHead
        title={t("home.hello", { name: account.name })}
        lead={role === "proxy" && chosen ? t("home.leadFor", { name: chosen.name, ...where }) : t("home.lead", where)}
      />
      {chosen ? (
        <Told patient={chosen.id} />
      ) : (
        <EmptyState icon={FolderHeart} title={t("home.noRecord")}>
          {t("home.noRecordHint")}
        </EmptyState>
      )}
    </>
  );
}

function Told({ patient }: { patient: string }): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["home", patient],
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
      <Next next={data.next} />
      <Card title={t("home.medicines")} actions={<More to="/record/medicines" />}>
        {data.medicines.length === 0 ? (
          <p>{t("home.medicinesNone")}</p>
        ) : (
          <ul>
            {data.medicines.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        )}
      </Card>
      <Results results={data.results} />
      <div className="row">
        <ButtonLink kind="primary" href="/record" icon={FolderHeart}>
          {t("home.record")}
        </ButtonLink>
      </div>
    </>
  );
}

function Next({ next }: Pick<Overview, "next">): ReactElement {
  return (
    <Card title={t("home.next")}>
      {next ? (
        <>
          <p className="strong">{momentText(next.start)}</p>
          {next.what && <p>{next.what}</p>}
          {next.who && <p className="muted">{t("home.with", { who: next.who })}</p>}
        </>
      ) : (
        <>
          <p>{t("home.nextNone")}</p>
          <p className="muted">{t("home.nextNoneHint")}</p>
        </>
      )}
    </Card>
  );
}

function Results({ results }: { results: readonly Observation[] }): ReactElement {
  return (
    <Card title={t("home.results")} actions={<More to="/record/results" />}>
      {results.length === 0 ? (
        <p>{t("home.resultsNone")}</p>
      ) : (
        <>
          <ul>
            {results.map((one) => (
              <li key={one.id}>
                {conceptText(one.code)}: <span className="nowrap tabular strong">{valueText(one)}</span>{" "}
                <span className="muted">{dayText(whenOf(one))}</span>
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
