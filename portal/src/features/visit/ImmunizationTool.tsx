import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { DateField, isoDay, type Mistake, TextField } from "../../ui/index.ts";
import { recordImmunization } from "./api.ts";
import { CodedField } from "./CodedField.tsx";
import { type RecordProps, RecordTool } from "./RecordTool.tsx";

/** A vaccine that was given. */
export function ImmunizationTool({ patientId, encounterId, onClose, onSaved }: RecordProps): ReactElement {
  const [vaccine, setVaccine] = useState({ code: "", text: "" });
  const [day, setDay] = useState<string | null>(isoDay(new Date()));
  const [lot, setLot] = useState("");
  const [site, setSite] = useState("");
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);

  function check(): boolean {
    const wrong = vaccine.text.trim() ? [] : [{ field: "immunization-vaccine", message: t("visit.needed.vaccine") }];
    setMistakes(wrong);
    return wrong.length === 0;
  }

  return (
    <RecordTool
      title={t("visit.addImmunization")}
      done={t("visit.immunizationSaved")}
      mistakes={mistakes}
      check={check}
      save={() => recordImmunization({ patientId, encounterId, vaccine, day, lot, site })}
      onClose={onClose}
      onSaved={onSaved}
    >
      <CodedField
        id="immunization-vaccine"
        label={t("visit.vaccine")}
        error={mistakes[0]?.message}
        list="vaccines"
        isClosed
        value={vaccine}
        onChange={setVaccine}
      />
      <DateField label={t("visit.given")} value={day} onChange={setDay} />
      <TextField label={t("visit.lot")} optional value={lot} onChange={setLot} />
      <TextField label={t("visit.site")} optional value={site} onChange={setSite} />
    </RecordTool>
  );
}
