import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, DateField, Dialog, RadioGroup, TextField, toast } from "../../ui/index.ts";
import type { Disclosure } from "./AccountingList.tsx";

interface SuspendProps {
  readonly patient: string;
  readonly line: Disclosure | null;
  readonly onClose: () => void;
}

/** Keeping a disclosure from its patient's accounting, for as long as an agency's statement says. */
export function SuspendDialog({ patient, line, onClose }: SuspendProps): ReactElement {
  return (
    <Dialog title={t("disclosures.suspend")} isOpen={line !== null} onClose={onClose}>
      {line && <Form key={line.id} patient={patient} line={line} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ patient, line, onClose }: SuspendProps & { readonly line: Disclosure }): ReactElement {
  const client = useQueryClient();
  const [agency, setAgency] = useState(line.recipient);
  const [statement, setStatement] = useState<"written" | "oral">("written");
  const [day, setDay] = useState<string | null>(null);
  const suspend = useMutation({
    mutationFn: (body: Schemas["Suspension"]) =>
      answer(
        api.POST("/api/disclosures/{patient}/{disclosure}/suspend", {
          params: { path: { patient, disclosure: line.id } },
          body,
        }),
      ),
    onSuccess: () => {
      toast({ text: t("disclosures.isSuspended"), tone: "success" });
      void client.invalidateQueries({ queryKey: ["disclosures", patient] });
      onClose();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!day) return;
    suspend.mutate({ agency, until: new Date(`${day}T00:00:00`).getTime(), oral: statement === "oral" });
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="muted">{t("disclosures.suspendLead")}</p>
      {suspend.isError && (
        <Banner tone="danger" role="alert">
          {suspend.error instanceof Problem && suspend.error.detail ? suspend.error.detail : t("sharing.saveFailed")}
        </Banner>
      )}
      <TextField label={t("disclosures.agency")} value={agency} onChange={setAgency} maxLength={300} />
      <RadioGroup
        label={t("disclosures.statementKind")}
        options={(["written", "oral"] as const).map((one) => ({
          value: one,
          label: t("disclosures.statementChoice", { statement: one }),
        }))}
        value={statement}
        onChange={setStatement}
      />
      <DateField label={t("disclosures.untilDay")} value={day} onChange={setDay} />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={suspend.isPending} isDisabled={!day || !agency.trim()}>
          {t("disclosures.suspend")}
        </Button>
      </div>
    </form>
  );
}
