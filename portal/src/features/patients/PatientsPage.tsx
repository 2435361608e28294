import { Search, UserPlus, UserSearch, Users } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { ButtonLink, Card, EmptyState, ErrorState, PageHead, Skeleton, TextField } from "../../ui/index.ts";
import { type PatientLine, searchable, usePatientSearch, useRecentPatients } from "./lookup.ts";
import { PatientLines } from "./PatientLines.tsx";

const SHOWN = 20;

/** The search for a patient: as one types, with the charts opened last below it. "New" comes after the search. */
export function PatientsPage({ asked = "" }: { asked?: string }): ReactElement {
  const [written, write] = useState(asked);
  const { may } = useSession();
  const isAsking = searchable(written) !== "";
  return (
    <>
      <PageHead
        title={t("patients.title")}
        actions={
          may("Patient.create") && (
            <ButtonLink href="/patients/new" icon={UserPlus}>
              {t("patients.register")}
            </ButtonLink>
          )
        }
      />
      <TextField
        label={t("patients.search")}
        hint={t("patients.searchHint")}
        type="search"
        value={written}
        onChange={write}
        autoFocus
        before={<Search aria-hidden="true" size={16} />}
      />
      {isAsking ? <Found written={written} /> : <Recent />}
    </>
  );
}

function Found({ written }: { written: string }): ReactElement {
  const { data, error, isPending, isPlaceholderData, refetch } = usePatientSearch(written);
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Loading />;
  return <Results patients={data} isOld={isPlaceholderData} />;
}

function Results({ patients, isOld }: { patients: readonly PatientLine[]; isOld: boolean }): ReactElement {
  return (
    <div aria-busy={isOld}>
      <p className="visually-hidden" role="status">
        {isOld ? t("ui.loading") : t("patients.found", { count: patients.length })}
      </p>
      <Card
        title={t("patients.found", { count: patients.length })}
        note={patients.length >= SHOWN && t("patients.many")}
        flush
      >
        <PatientLines
          caption={t("patients.title")}
          patients={patients}
          empty={
            <EmptyState icon={UserSearch} title={t("patients.none")}>
              {t("patients.noneHint")}
            </EmptyState>
          }
        />
      </Card>
    </div>
  );
}

function Recent(): ReactElement {
  const { data, error, isPending, refetch } = useRecentPatients();
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Loading />;
  return (
    <Card title={t("patients.recent")} flush>
      <PatientLines
        caption={t("patients.recent")}
        patients={data}
        empty={<EmptyState icon={Users} title={t("patients.noRecent")} />}
      />
    </Card>
  );
}

const Loading = (): ReactElement => (
  <Card>
    <Skeleton lines={5} />
  </Card>
);

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }): ReactElement {
  const problem = error instanceof Problem ? error : undefined;
  return (
    <ErrorState title={t("patients.failed")} requestId={problem?.requestId} onRetry={onRetry}>
      {problem?.status === 429 ? t("patients.slow") : t("patients.failedHint")}
    </ErrorState>
  );
}
