import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  DateField,
  Dialog,
  ErrorSummary,
  isoDay,
  type Mistake,
  Select,
  TextField,
  toast,
} from "../../ui/index.ts";

type Body = Schemas["NewDisclosure"];

const PURPOSES = [
  "public-health",
  "abuse",
  "oversight",
  "court",
  "law-enforcement",
  "decedents",
  "donation",
  "research",
  "threat",
  "government",
  "workers-compensation",
  "required-by-law",
  "secretary",
  "mistake",
] as const satisfies readonly Body["purpose"][];

interface EnterProps {
  readonly patient: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Something that was given out otherwise than through the system. */
export function EnterDialog({ patient, isOpen, onClose }: EnterProps): ReactElement {
  return (
    <Dialog title={t("disclosures.enter")} isOpen={isOpen} onClose={onClose}>
      <Form patient={patient} onClose={onClose} />
    </Dialog>
  );
}

interface Draft {
  readonly on: string | null;
  readonly recipient: string;
  readonly address: string;
  readonly description: string;
  readonly purpose: Body["purpose"] | null;
  readonly statement: string;
}

function mistakes({ on, recipient, description, purpose }: Draft): Mistake[] {
  const found: (Mistake | false)[] = [
    !on && { field: "on", message: t("disclosures.needDay") },
    !recipient.trim() && { field: "recipient", message: t("disclosures.needRecipient") },
    !description.trim() && { field: "description", message: t("disclosures.needDescription") },
    !purpose && { field: "purpose", message: t("disclosures.needPurpose") },
  ];
  return found.filter((one) => one !== false);
}

function Form({ patient, onClose }: Omit<EnterProps, "isOpen">): ReactElement {
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>({
    on: isoDay(new Date()),
    recipient: "",
    address: "",
    description: "",
    purpose: null,
    statement: "",
  });
  const [shown, setShown] = useState<readonly Mistake[]>([]);
  const put = (part: Partial<Draft>): void => setDraft((now) => ({ ...now, ...part }));
  const complaint = (field: string): string | undefined => shown.find((one) => one.field === field)?.message;
  const enter = useMutation({
    mutationFn: (body: Body) => answer(api.POST("/api/disclosures/{patient}", { params: { path: { patient } }, body })),
    onSuccess: () => {
      toast({ text: t("disclosures.entered"), tone: "success" });
      void client.invalidateQueries({ queryKey: ["disclosures", patient] });
      onClose();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    const wrong = mistakes(draft);
    setShown(wrong);
    const { on, purpose } = draft;
    if (wrong.length > 0 || !on || !purpose) return;
    enter.mutate({ ...draft, on, purpose });
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <ErrorSummary mistakes={shown} />
      {enter.isError && (
        <Banner tone="danger" role="alert">
          {enter.error instanceof Problem && enter.error.detail ? enter.error.detail : t("sharing.saveFailed")}
        </Banner>
      )}
      <DateField
        id="on"
        label={t("disclosures.on")}
        value={draft.on}
        onChange={(on) => put({ on })}
        error={complaint("on")}
      />
      <TextField
        id="recipient"
        label={t("disclosures.recipient")}
        maxLength={300}
        value={draft.recipient}
        onChange={(recipient) => put({ recipient })}
        error={complaint("recipient")}
      />
      <TextField
        id="address"
        label={t("disclosures.address")}
        optional
        maxLength={300}
        value={draft.address}
        onChange={(address) => put({ address })}
      />
      <TextField
        id="description"
        label={t("disclosures.description")}
        hint={t("disclosures.descriptionHint")}
        maxLength={300}
        value={draft.description}
        onChange={(description) => put({ description })}
        error={complaint("description")}
      />
      <Select
        id="purpose"
        label={t("disclosures.why")}
        options={PURPOSES.map((one) => ({ value: one, label: t("disclosures.purpose", { purpose: one }) }))}
        value={draft.purpose}
        onChange={(purpose) => put({ purpose })}
        error={complaint("purpose")}
      />
      <TextField
        id="statement"
        label={t("disclosures.statement")}
        hint={t("disclosures.statementHint")}
        optional
        rows={3}
        maxLength={2000}
        value={draft.statement}
        onChange={(statement) => put({ statement })}
      />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={enter.isPending}>
          {t("disclosures.keep")}
        </Button>
      </div>
    </form>
  );
}
