import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ComponentType, type FormEvent, type ReactElement, useMemo, useState } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import { Banner, Button, Dialog, ErrorSummary, Select, TextField, toast } from "../../ui/index.ts";

interface Chosen {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

/** A field for a patient, handed in. */
export type PatientField = ComponentType<{
  readonly value: Chosen | null;
  readonly onChange: (patient: Chosen | null) => void;
  readonly error?: string | undefined;
  readonly id?: string | undefined;
}>;

interface Draft {
  readonly patient: Chosen | null;
  readonly service: string | null;
  readonly provider: string;
  readonly reason: string;
}

const EMPTY: Draft = { patient: null, service: null, provider: "", reason: "" };

export interface WalkInProps {
  readonly patientField: PatientField;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Somebody came without an appointment: who, what for, and with whom if that is known. */
export function WalkIn({ isOpen, onClose, patientField }: WalkInProps): ReactElement {
  return (
    <Dialog title={t("today.walkInTitle")} isOpen={isOpen} onClose={onClose}>
      <WalkInForm onClose={onClose} patientField={patientField} />
    </Dialog>
  );
}

function WalkInForm({ onClose, patientField: Patient }: Pick<WalkInProps, "onClose" | "patientField">): ReactElement {
  const client = useQueryClient();
  const draft = useDraft("today/walk-in", EMPTY);
  const { patient, service, provider, reason } = draft.value;
  const set = (more: Partial<Draft>): void => draft.change((now) => ({ ...now, ...more }));
  const [missing, setMissing] = useState<readonly ("patient" | "service")[]>([]);
  const mistakes = useMemo(
    () => missing.map((one) => ({ field: `walk-in-${one}`, message: t(`today.need.${one}`) })),
    [missing],
  );
  const { data } = useQuery({
    queryKey: ["scheduling-services"],
    queryFn: ({ signal }) => answer(api.GET("/api/scheduling/services", { signal })),
  });
  const services = (data?.services ?? []).filter((one) => one.active);
  const chosen = services.find((one) => one.reference === service);
  const send = useMutation({
    mutationFn: (who: { patient: string; service: string }) =>
      answer(
        api.POST("/api/scheduling/walk-ins", {
          body: { ...who, provider: provider || null, reason: reason.trim() },
        }),
      ),
    onSuccess: () => {
      toast({ text: t("today.walkedIn", { name: patient?.name ?? "" }) });
      draft.discard();
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["board"] }),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setMissing([...(patient ? [] : (["patient"] as const)), ...(service ? [] : (["service"] as const))]);
    if (patient && service) send.mutate({ patient: `Patient/${patient.id}`, service });
  }

  const error = (field: "patient" | "service") => (missing.includes(field) ? t(`today.need.${field}`) : undefined);
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <ErrorSummary mistakes={mistakes} />
      {send.isError && (
        <Banner tone="danger" role="alert">
          {(send.error instanceof Problem && send.error.detail) || t("today.walkInFailed")}
        </Banner>
      )}
      <Patient
        id="walk-in-patient"
        value={patient}
        onChange={(value) => set({ patient: value })}
        error={error("patient")}
      />
      <Select
        id="walk-in-service"
        label={t("today.what")}
        value={service}
        onChange={(value) => set({ service: value, provider: "" })}
        options={services.map((one) => ({ value: one.reference, label: one.name }))}
        error={error("service")}
      />
      {chosen && chosen.providers.length > 0 && (
        <Select
          label={t("today.with")}
          value={provider}
          onChange={(value) => set({ provider: value })}
          options={[
            { value: "", label: t("today.whoeverIsFree") },
            ...chosen.providers.map((one) => ({ value: one, label: data?.names[one] ?? one })),
          ]}
        />
      )}
      <TextField
        label={t("today.reason")}
        optional
        maxLength={200}
        value={reason}
        onChange={(value) => set({ reason: value })}
      />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={send.isPending}>
          {t("today.takeIn")}
        </Button>
      </div>
    </form>
  );
}
