import { Search } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, ComboBox, Select, TextField } from "../../ui/index.ts";
import { type FormularyLine, useFormulary } from "./api.ts";
import { FORMS, type Form } from "./dosing.ts";
import { type Draft, withForm, withMedicine } from "./draft.ts";
import { useSettled } from "./useSettled.ts";
import { listed } from "./words.ts";

export interface MedicineChoiceProps {
  readonly draft: Draft;
  readonly onChange: (change: (now: Draft) => Draft) => void;
  readonly isTried: boolean;
}

/** The medicine: found in the formulary, or written in one's own words, which says that it cannot be checked. */
export function MedicineChoice({ draft, onChange, isTried }: MedicineChoiceProps): ReactElement {
  if (draft.medicine)
    return <Chosen medicine={draft.medicine} onAnother={() => onChange((now) => withMedicine(now, null))} />;
  if (draft.isFree) return <Free draft={draft} onChange={onChange} isTried={isTried} />;
  return <Find onChange={onChange} isTried={isTried} />;
}

function Find({ onChange, isTried }: Omit<MedicineChoiceProps, "draft">): ReactElement {
  const [text, setText] = useState("");
  const { data = [], isError } = useFormulary(useSettled(text, 200));
  const choose = (id: string | null) => {
    const found = data.find((line) => line.id === id);
    if (found) onChange((now) => withMedicine(now, found));
  };
  const isNone = text.trim().length > 1 && data.length === 0;
  return (
    <div className="stack" data-gap="2">
      <ComboBox
        id="prescribe-medicine"
        label={t("medicines.find")}
        hint={t("medicines.findHint")}
        options={text.trim().length > 1 ? data.map(option) : []}
        value={null}
        onSearch={setText}
        onChange={choose}
        error={isError ? t("medicines.findFailed") : isTried ? t("medicines.mistakeMedicine") : undefined}
      />
      <div className="row" data-justify="between">
        <span className="small muted">{isNone && !isError ? t("medicines.findEmpty") : ""}</span>
        <Button
          size="small"
          kind="quiet"
          icon={Search}
          onPress={() => onChange((now) => ({ ...now, isFree: true, freeText: text }))}
        >
          {t("medicines.writeFree")}
        </Button>
      </div>
    </div>
  );
}

const option = ({ id, tallMan, ingredients }: FormularyLine) => ({
  value: id,
  label: tallMan,
  hint: ingredients.length > 1 ? t("medicines.ingredients", { list: listed(ingredients) }) : "",
});

function Chosen({ medicine, onAnother }: { medicine: FormularyLine; onAnother: () => void }): ReactElement {
  return (
    <div className="chosen-medicine">
      <div>
        <p className="chosen-name">{medicine.tallMan}</p>
        <p className="small muted">
          {[t(FORMS[medicine.form].word), t("medicines.ingredients", { list: listed(medicine.ingredients) })].join(
            " · ",
          )}
        </p>
        {medicine.added && <p className="small">{t("medicines.addedHint")}</p>}
      </div>
      <Button size="small" onPress={onAnother}>
        {t("medicines.another")}
      </Button>
    </div>
  );
}

function Free({ draft, onChange, isTried }: MedicineChoiceProps): ReactElement {
  return (
    <div className="stack" data-gap="2">
      <TextField
        id="prescribe-medicine"
        label={t("medicines.free")}
        hint={t("medicines.freeHint")}
        value={draft.freeText}
        onChange={(freeText) => onChange((now) => ({ ...now, freeText }))}
        error={isTried && draft.freeText.trim().length < 3 ? t("medicines.mistakeMedicine") : undefined}
        maxLength={200}
      />
      <Select
        label={t("medicines.form")}
        options={Object.entries(FORMS).map(([value, { word }]) => ({ value: value as Form, label: t(word) }))}
        value={draft.form}
        onChange={(form) => onChange((now) => withForm(now, form))}
      />
      <div className="row">
        <Button size="small" kind="quiet" onPress={() => onChange((now) => ({ ...now, isFree: false, freeText: "" }))}>
          {t("medicines.backToFormulary")}
        </Button>
      </div>
    </div>
  );
}
