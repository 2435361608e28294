import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { DateField, isoDay, type Mistake, TextField } from "../../ui/index.ts";
import { recordProcedure } from "./api.ts";
import { CodedField } from "./CodedField.tsx";
import { type RecordProps, RecordTool } from "./RecordTool.tsx";

/** Something that was done. */
export function ProcedureTool({ patientId, encounterId, onClose, onSaved }: RecordProps): ReactElement {
  const [procedure, setProcedure] = useState({ code: "", text: "" });
  const [day, setDay] = useState<string | null>(isoDay(new Date()));
  const [note, setNote] = useState("");
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);

  function check(): boolean {
    const wrong = procedure.text.trim() ? [] : [{ field: "procedure-what", message: t("visit.needed.procedure") }];
    setMistakes(wrong);
    return wrong.length === 0;
  }

  return (
    <RecordTool
      title={t("visit.addProcedure")}
      done={t("visit.procedureSaved")}
      mistakes={mistakes}
      check={check}
      save={() => recordProcedure({ patientId, encounterId, procedure, day, note })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <CodedField
        id="procedure-what"
        label={t("visit.procedureIs")}
        error={mistakes[0]?.message}
        list="procedures"
        value={procedure}
        onChange={setProcedure}
      />
      <DateField label={t("visit.performed")} value={day} onChange={setDay} />
      <TextField label={t("visit.comment")} optional rows={3} value={note} onChange={setNote} />
    </RecordTool>
  );
}
