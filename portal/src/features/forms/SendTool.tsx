import { useMutation, useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, DateField, EmptyState, Select, Skeleton, toast, Workspace } from "../../ui/index.ts";
import { listForms, sendForm } from "./api.ts";

export interface SendToolProps {
  readonly patientId: string;
  readonly onClose: () => void;
  readonly onSent: () => void;
  /** Fills the form in here and now, with the patient. */
  readonly onFillHere: (form: string) => void;
}

/** Asks a patient to fill in a form, or fills it in with them. */
export function SendTool({ patientId, onClose, onSent, onFillHere }: SendToolProps): ReactElement {
  const { data } = useQuery({ queryKey: ["forms", "active"], queryFn: ({ signal }) => listForms(false, signal) });
  const [form, setForm] = useState<string | null>(null);
  const [due, setDue] = useState<string | null>(null);
  const sending = useMutation({
    mutationFn: () => sendForm({ patientId, form: form ?? "", due }),
    onSuccess: () => {
      toast({ text: t("forms.sendDone"), tone: "success" });
      onSent();
      onClose();
    },
  });
  return (
    <Workspace
      title={t("forms.sendTo")}
      onClose={onClose}
      foot={
        <>
          <Button isDisabled={form === null} onPress={() => form && onFillHere(form)}>
            {t("forms.fillHere")}
          </Button>
          <Button
            kind="primary"
            icon={Send}
            isDisabled={form === null}
            isPending={sending.isPending}
            onPress={() => sending.mutate()}
          >
            {t("forms.sendDo")}
          </Button>
        </>
      }
    >
      {data === undefined ? (
        <Skeleton lines={3} />
      ) : data.length === 0 ? (
        <EmptyState title={t("forms.sendNone")} />
      ) : (
        <div className="form-lines" data-dense="">
          {sending.isError && (
            <Banner tone="danger" role="alert" title={t("forms.sendFailed")}>
              {sending.error instanceof Problem && sending.error.detail}
            </Banner>
          )}
          <Select
            label={t("forms.sendWhich")}
            value={form}
            onChange={setForm}
            options={data.map((one) => ({ value: one.id, label: one.title }))}
          />
          <DateField label={t("forms.sendDue")} optional value={due} onChange={setDue} />
        </div>
      )}
    </Workspace>
  );
}
