import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { create } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { type Candidate, lookAlikes } from "../../fhir/likeness.ts";
import { spokenName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  ErrorSummary,
  type Mistake,
  PageHead,
  RequestId,
  showTime,
  toast,
} from "../../ui/index.ts";
import { Candidates } from "./Candidates.tsx";
import { RegistrationFields } from "./RegistrationFields.tsx";
import { EMPTY, mistakes, patientOf, type Registration } from "./registration.ts";

/** Registers a patient, after looking whether somebody alike is there already. The form is a draft until it is sent. */
export function RegisterPage({ onRegistered }: { onRegistered: (id: string) => void }): ReactElement {
  const draft = useDraft<Registration>("register/Patient", EMPTY);
  const [wrong, setWrong] = useState<readonly Mistake[]>([]);
  const [alike, setAlike] = useState<readonly Candidate[]>([]);
  const client = useQueryClient();
  const registering = useMutation({
    mutationFn: async (isSure: boolean) => {
      const found = isSure ? [] : await lookAlikes(patientOf(draft.value));
      return found.length > 0 ? { alike: found } : { patient: await create(patientOf(draft.value)) };
    },
    onSuccess: (done) => {
      if (done.alike) return setAlike(done.alike);
      draft.discard();
      void client.invalidateQueries({ queryKey: ["patients"] });
      toast({ text: t("patients.registered", { name: spokenName(done.patient.name) }) });
      onRegistered(done.patient.id ?? "");
    },
  });

  function send(event: FormEvent): void {
    event.preventDefault();
    const found = mistakes(draft.value);
    setWrong(found);
    setAlike([]);
    if (found.length === 0) registering.mutate(false);
  }

  return (
    <>
      <PageHead
        title={t("patients.register")}
        lead={draft.savedAt ? t("patients.saved", { time: showTime(draft.savedAt) }) : undefined}
        actions={
          draft.savedAt && (
            <Button kind="quiet" onPress={draft.discard}>
              {t("patients.discard")}
            </Button>
          )
        }
      />
      <form onSubmit={send} noValidate className="stack">
        <ErrorSummary mistakes={wrong} />
        {registering.error && <Refused error={registering.error} />}
        <RegistrationFields
          form={draft.value}
          wrong={wrong}
          onChange={(change) => draft.change((now) => ({ ...now, ...change }))}
        />
        {alike.length > 0 && <Alike candidates={alike} onSure={() => registering.mutate(true)} />}
        <div className="row">
          <Button type="submit" kind="primary" isPending={registering.isPending}>
            {t("patients.register")}
          </Button>
        </div>
      </form>
    </>
  );
}

function Alike({ candidates, onSure }: { candidates: readonly Candidate[]; onSure: () => void }): ReactElement {
  return (
    <Banner
      tone="warning"
      role="alert"
      title={t("patients.duplicates", { count: candidates.length })}
      actions={<Button onPress={onSure}>{t("patients.registerAnyway")}</Button>}
    >
      <p>{t("patients.duplicatesHint")}</p>
      <Candidates
        candidates={candidates}
        actions={(patient) => (
          <ButtonLink size="small" href={`/patients/${patient.id}`}>
            {t("patients.useThis")}
          </ButtonLink>
        )}
      />
    </Banner>
  );
}

function Refused({ error }: { error: Error }): ReactElement {
  const told = error instanceof FhirFault ? error : undefined;
  const requestId = told?.requestId ?? (error instanceof Problem ? error.requestId : undefined);
  return (
    <Banner tone="danger" role="alert" title={t("patients.notSaved")}>
      <p>{told?.message || t("patients.failedHint")}</p>
      {requestId && <RequestId id={requestId} />}
    </Banner>
  );
}
