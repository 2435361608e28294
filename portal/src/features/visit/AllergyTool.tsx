import { useMutation } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, type Mistake, RadioGroup, TextField, toast } from "../../ui/index.ts";
import { recordAllergy, recordNoAllergy } from "./api.ts";
import { CodedField } from "./CodedField.tsx";
import { type RecordProps, RecordTool } from "./RecordTool.tsx";

type Severity = "mild" | "moderate" | "severe";

export interface AllergyToolProps extends RecordProps {
  /** Nothing is recorded yet, so "none known" may be. */
  readonly mayBeNone: boolean;
}

/** An allergy, or that somebody asked and there is none. */
export function AllergyTool({ patientId, encounterId, mayBeNone, onClose, onSaved }: AllergyToolProps): ReactElement {
  const [substance, setSubstance] = useState({ code: "", text: "" });
  const [reaction, setReaction] = useState("");
  const [severity, setSeverity] = useState<Severity | null>(null);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const none = useMutation({
    mutationFn: () => recordNoAllergy({ patientId, encounterId }),
    onSuccess: () => {
      toast({ text: t("visit.noneKnownSaved"), tone: "success" });
      onSaved();
      onClose();
    },
  });

  const errorOf = (field: string) => mistakes.find((one) => one.field === field)?.message;

  function check(): boolean {
    const wrong: Mistake[] = [];
    if (!substance.text.trim()) wrong.push({ field: "allergy-substance", message: t("visit.needed.substance") });
    if (severity && !reaction.trim()) wrong.push({ field: "allergy-reaction", message: t("visit.needed.reaction") });
    setMistakes(wrong);
    return wrong.length === 0;
  }

  return (
    <RecordTool
      title={t("visit.addAllergy")}
      done={t("visit.allergySaved")}
      mistakes={mistakes}
      check={check}
      save={() => recordAllergy({ patientId, encounterId, substance, reaction, severity })}
      onClose={onClose}
      onSaved={onSaved}
    >
      {mayBeNone && (
        <Banner
          tone="info"
          title={t("visit.noneKnownAsk")}
          actions={
            <Button icon={ShieldCheck} onPress={() => none.mutate()} isPending={none.isPending}>
              {t("visit.noneKnownDo")}
            </Button>
          }
        >
          {t("visit.noneKnownHint")}
        </Banner>
      )}
      {none.isError && <Banner tone="danger" role="alert" title={t("visit.recordFailed")} />}
      <CodedField
        id="allergy-substance"
        label={t("visit.substance")}
        hint={t("visit.substanceHint")}
        error={errorOf("allergy-substance")}
        list="substances"
        value={substance}
        onChange={setSubstance}
      />
      <TextField
        id="allergy-reaction"
        error={errorOf("allergy-reaction")}
        label={t("visit.reactionIs")}
        hint={t("visit.reactionHint")}
        optional
        value={reaction}
        onChange={setReaction}
      />
      <RadioGroup<Severity>
        label={t("visit.severity")}
        optional
        value={severity}
        onChange={setSeverity}
        options={[
          { value: "mild", label: t("visit.severity.mild") },
          { value: "moderate", label: t("visit.severity.moderate") },
          { value: "severe", label: t("visit.severity.severe") },
        ]}
      />
    </RecordTool>
  );
}
