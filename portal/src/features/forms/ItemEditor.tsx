import type { QuestionnaireItem } from "fhir/r4";
import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Checkbox, IconButton, Select, TextField } from "../../ui/index.ts";
import { Conditions } from "./Conditions.tsx";
import { choiceOf, type Item, KINDS, type Kind, withKind } from "./edit.ts";
import { bound, ORDINAL, weightOf } from "./evaluate.ts";

export interface ItemEditorProps {
  readonly item: Item;
  /** The whole form, for conditions on other questions. */
  readonly items: readonly Item[];
  readonly onChange: (item: Item) => void;
}

/** What one question asks, how it is answered, and when it is asked. */
export function ItemEditor({ item, items, onChange }: ItemEditorProps): ReactElement {
  const isQuestion = item.type !== "group" && item.type !== "display";
  const isChoice = item.type === "choice" || item.type === "open-choice";
  return (
    <div className="form-editor">
      <TextField
        id={`row-${item.linkId}`}
        label={
          item.type === "group"
            ? t("forms.groupText")
            : t(item.type === "display" ? "forms.displayText" : "forms.questionText")
        }
        value={item.text ?? ""}
        onChange={(text) => onChange({ ...item, text })}
        {...(item.type === "display" && { rows: 3 })}
      />
      <Select<Kind>
        label={t("forms.type")}
        value={item.type as Kind}
        onChange={(kind) => onChange(withKind(item, kind))}
        options={KINDS.filter((kind) => (kind === "group") === (item.type === "group")).map((kind) => ({
          value: kind,
          label: t(`forms.type.${kind}`),
        }))}
      />
      <div className="row">
        {isQuestion && (
          <Checkbox isSelected={item.required ?? false} onChange={(required) => onChange({ ...item, required })}>
            {t("forms.required")}
          </Checkbox>
        )}
        {(isChoice || item.type === "group") && (
          <Checkbox isSelected={item.repeats ?? false} onChange={(repeats) => onChange({ ...item, repeats })}>
            {t(item.type === "group" ? "forms.repeatsGroup" : "forms.repeats")}
          </Checkbox>
        )}
      </div>
      {isChoice && <Choices item={item} onChange={onChange} />}
      <Limits item={item} onChange={onChange} />
      {isQuestion && <FilesAs item={item} onChange={onChange} />}
      <Conditions item={item} items={items} onChange={onChange} />
    </div>
  );
}

type PartProps = Pick<ItemEditorProps, "item" | "onChange">;

function Choices({ item, onChange }: PartProps): ReactElement {
  const options = item.answerOption ?? [];
  const put = (answerOption: NonNullable<QuestionnaireItem["answerOption"]>) => onChange({ ...item, answerOption });
  const next = Math.max(0, ...options.map((one) => Number(/^c(\d+)$/.exec(one.valueCoding?.code ?? "")?.[1] ?? 0))) + 1;
  return (
    <fieldset className="form-choices">
      <legend className="field-label">{t("forms.choices")}</legend>
      {options.map((option, place) => (
        <div key={option.valueCoding?.code ?? place} className="form-choice">
          <TextField
            label={t("forms.choice", { number: place + 1 })}
            hideLabel
            value={option.valueCoding?.display ?? ""}
            onChange={(display) =>
              put(options.with(place, { ...option, valueCoding: { ...option.valueCoding, display } }))
            }
          />
          <Points option={option} onChange={(changed) => put(options.with(place, changed))} />
          <IconButton
            icon={X}
            label={t("forms.removeChoice", { number: place + 1 })}
            onPress={() => put(options.toSpliced(place, 1))}
          />
        </div>
      ))}
      <div className="row">
        <Button kind="quiet" size="small" icon={Plus} onPress={() => put([...options, choiceOf("", next)])}>
          {t("forms.addChoice")}
        </Button>
      </div>
    </fieldset>
  );
}

type Option = NonNullable<QuestionnaireItem["answerOption"]>[number];

/** What choosing an option adds to the score; empty where nothing is counted. */
function Points({ option, onChange }: { option: Option; onChange: (option: Option) => void }): ReactElement {
  const { extension: _, ...bare } = option;
  const { extension: __, ...coding } = option.valueCoding ?? {};
  return (
    <div className="form-points">
      <TextField
        label={t("forms.points")}
        hideLabel
        placeholder={t("forms.points")}
        inputMode="decimal"
        value={weightOf(option)?.toString() ?? ""}
        onChange={(text) => {
          const points = Number.parseFloat(text.replace(",", "."));
          onChange({
            ...bare,
            valueCoding: coding,
            ...(Number.isFinite(points) && { extension: [{ url: ORDINAL, valueDecimal: points }] }),
          });
        }}
      />
    </div>
  );
}

const STRUCTURES = "http://hl7.org/fhir/StructureDefinition";

function Limits({ item, onChange }: PartProps): ReactElement | null {
  const isNumber = item.type === "integer" || item.type === "decimal" || item.type === "quantity";
  if (item.type === "string" || item.type === "text")
    return (
      <div className="form-limits">
        <TextField
          label={t("forms.maxLength")}
          optional
          inputMode="numeric"
          value={item.maxLength?.toString() ?? ""}
          onChange={(text) => {
            const { maxLength: _, ...rest } = item;
            const most = Number.parseInt(text, 10);
            onChange({ ...rest, ...(most > 0 && { maxLength: most }) });
          }}
        />
      </div>
    );
  if (!isNumber) return null;
  return (
    <div className="form-limits">
      <Bound name="minValue" label={t("forms.min")} item={item} onChange={onChange} />
      <Bound name="maxValue" label={t("forms.max")} item={item} onChange={onChange} />
      {item.type === "quantity" && <Unit item={item} onChange={onChange} />}
    </div>
  );
}

function Bound(props: PartProps & { readonly name: "minValue" | "maxValue"; readonly label: string }): ReactElement {
  const { name, label, item, onChange } = props;
  const url = `${STRUCTURES}/${name}`;
  return (
    <TextField
      label={label}
      optional
      inputMode="decimal"
      value={bound(item, name)?.toString() ?? ""}
      onChange={(text) => {
        const value = Number.parseFloat(text.replace(",", "."));
        const made = item.type === "integer" ? { valueInteger: Math.round(value) } : { valueDecimal: value };
        onChange(extended(item, url, Number.isFinite(value) ? made : undefined));
      }}
    />
  );
}

function Unit({ item, onChange }: PartProps): ReactElement {
  const url = `${STRUCTURES}/questionnaire-unit`;
  const unit = item.extension?.find((one) => one.url === url)?.valueCoding;
  return (
    <TextField
      label={t("forms.unit")}
      optional
      value={unit?.display ?? unit?.code ?? ""}
      onChange={(text) => onChange(extended(item, url, text ? { valueCoding: { display: text } } : undefined))}
    />
  );
}

const FILES_AS = "https://meridian-pms.com/fhir/StructureDefinition/files-as";
const KINDS_FILED = ["nothing", "allergy", "problem"] as const;

/** What whoever reviews the answer may take over into the chart. */
function FilesAs({ item, onChange }: PartProps): ReactElement {
  const now = item.extension?.find((one) => one.url === FILES_AS)?.valueCode;
  return (
    <Select
      label={t("forms.filesAs")}
      value={KINDS_FILED.find((one) => one === now) ?? "nothing"}
      onChange={(kind) => onChange(extended(item, FILES_AS, kind === "nothing" ? undefined : { valueCode: kind }))}
      options={KINDS_FILED.map((value) => ({ value, label: t(`forms.filesAs.${value}`) }))}
    />
  );
}

/** An item with one extension, or without it. */
function extended(item: Item, url: string, value: Record<string, unknown> | undefined): Item {
  const { extension, ...rest } = item;
  const others = extension?.filter((one) => one.url !== url) ?? [];
  const all = value ? [...others, { url, ...value }] : others;
  return { ...rest, ...(all.length > 0 && { extension: all }) };
}
