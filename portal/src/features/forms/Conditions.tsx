import type { Coding, QuestionnaireItemEnableWhen } from "fhir/r4";
import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button, DateField, IconButton, RadioGroup, Select, TextField } from "../../ui/index.ts";
import { askable, type Item, type Operator, operatorsOf, type Row } from "./edit.ts";
import { labelOf } from "./words.ts";

export interface ConditionsProps {
  readonly item: Item;
  readonly items: readonly Item[];
  readonly onChange: (item: Item) => void;
}

/** When a question is asked: always, or by the answers to questions before it. */
export function Conditions({ item, items, onChange }: ConditionsProps): ReactElement | null {
  const before = askable(items, item.linkId);
  const conditions = item.enableWhen ?? [];
  if (before.length === 0 && conditions.length === 0) return null;

  function put(next: readonly QuestionnaireItemEnableWhen[]): void {
    const { enableWhen: _, enableBehavior, ...rest } = item;
    onChange({
      ...rest,
      ...(next.length > 0 && { enableWhen: [...next] }),
      ...(next.length > 1 && { enableBehavior: enableBehavior ?? "all" }),
    });
  }

  const [first] = before;
  return (
    <fieldset className="form-choices">
      <legend className="field-label">{t("forms.shown")}</legend>
      {conditions.length === 0 && <p className="muted">{t("forms.shownAlways")}</p>}
      {conditions.length > 1 && (
        <RadioGroup<"all" | "any">
          label={t("forms.shown")}
          hideLabel
          value={item.enableBehavior ?? "all"}
          onChange={(enableBehavior) => onChange({ ...item, enableBehavior })}
          options={[
            { value: "all", label: t("forms.shownAll") },
            { value: "any", label: t("forms.shownAny") },
          ]}
        />
      )}
      {conditions.map((one, place) => (
        <Condition
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have nothing else of their own
          key={place}
          condition={one}
          number={place + 1}
          before={before}
          onChange={(changed) => put(conditions.with(place, changed))}
          onRemove={() => put(conditions.toSpliced(place, 1))}
        />
      ))}
      {first && (
        <div className="row">
          <Button
            kind="quiet"
            size="small"
            icon={Plus}
            onPress={() => put([...conditions, conditionOn(before.at(-1)?.item ?? first.item, "=")])}
          >
            {t("forms.addCondition")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

interface ConditionProps {
  readonly condition: QuestionnaireItemEnableWhen;
  readonly number: number;
  readonly before: readonly Row[];
  readonly onChange: (condition: QuestionnaireItemEnableWhen) => void;
  readonly onRemove: () => void;
}

function Condition({ condition, number, before, onChange, onRemove }: ConditionProps): ReactElement {
  const asked = before.find((row) => row.item.linkId === condition.question)?.item;
  return (
    <div className="form-condition">
      <Select
        label={t("forms.conditionQuestion")}
        hideLabel
        value={condition.question}
        onChange={(id) => {
          const next = before.find((row) => row.item.linkId === id)?.item;
          if (next) onChange(conditionOn(next, "="));
        }}
        options={before.map((row) => ({ value: row.item.linkId, label: `${row.number} ${row.item.text ?? ""}` }))}
      />
      <Select<Operator>
        label={t("forms.conditionIs")}
        hideLabel
        value={condition.operator}
        onChange={(operator) => asked && onChange(conditionOn(asked, operator, condition))}
        options={(asked ? operatorsOf(asked) : []).map((value) => ({ value, label: t(`forms.is.${value}`) }))}
      />
      {asked && <Wanted condition={condition} asked={asked} onChange={onChange} />}
      <IconButton icon={X} label={t("forms.removeCondition", { number })} onPress={onRemove} />
    </div>
  );
}

/** A condition on a question, with a value of its kind; the one it had is kept where it still fits. */
function conditionOn(
  asked: Item,
  operator: Operator,
  before?: QuestionnaireItemEnableWhen,
): QuestionnaireItemEnableWhen {
  const bare = { question: asked.linkId, operator };
  if (operator === "exists") return { ...bare, answerBoolean: true };
  if (before && before.operator !== "exists") return { ...before, ...bare };
  if (asked.type === "boolean") return { ...bare, answerBoolean: true };
  const option = asked.answerOption?.[0]?.valueCoding;
  if (option) return { ...bare, answerCoding: coded(option) };
  if (asked.type === "integer") return { ...bare, answerInteger: Number.NaN };
  if (asked.type === "decimal" || asked.type === "quantity") return { ...bare, answerDecimal: Number.NaN };
  return { ...bare, answerString: "" };
}

const coded = ({ system, code, display }: Coding): Coding => ({
  ...(system && { system }),
  ...(code && { code }),
  ...(display && { display }),
});

interface WantedProps {
  readonly condition: QuestionnaireItemEnableWhen;
  readonly asked: Item;
  readonly onChange: (condition: QuestionnaireItemEnableWhen) => void;
}

function Wanted({ condition, asked, onChange }: WantedProps): ReactElement {
  const bare = { question: condition.question, operator: condition.operator };
  const label = t("forms.conditionValue");
  if (asked.type === "boolean" || condition.operator === "exists")
    return (
      <Select<"yes" | "no">
        label={label}
        hideLabel
        value={condition.answerBoolean ? "yes" : "no"}
        onChange={(chosen) => onChange({ ...bare, answerBoolean: chosen === "yes" })}
        options={[
          { value: "yes", label: t("forms.yes") },
          { value: "no", label: t("forms.no") },
        ]}
      />
    );
  const options = asked.answerOption ?? [];
  if (options.length > 0)
    return (
      <Select
        label={label}
        hideLabel
        value={condition.answerCoding?.code ?? null}
        onChange={(code) => {
          const chosen = options.find((one) => one.valueCoding?.code === code)?.valueCoding;
          if (chosen) onChange({ ...bare, answerCoding: coded(chosen) });
        }}
        options={options.map((one) => ({ value: one.valueCoding?.code ?? "", label: labelOf(one) }))}
      />
    );
  if (asked.type === "date")
    return (
      <DateField
        label={label}
        hideLabel
        value={condition.answerDate ?? null}
        onChange={(day) => onChange({ ...bare, answerDate: day ?? "" })}
      />
    );
  const number = condition.answerInteger ?? condition.answerDecimal ?? condition.answerQuantity?.value;
  if (["integer", "decimal", "quantity"].includes(asked.type))
    return (
      <TextField
        label={label}
        hideLabel
        inputMode="decimal"
        value={number === undefined || Number.isNaN(number) ? "" : String(number)}
        onChange={(text) => {
          const value = Number.parseFloat(text.replace(",", "."));
          onChange({
            ...bare,
            ...(asked.type === "integer" && { answerInteger: value }),
            ...(asked.type === "decimal" && { answerDecimal: value }),
            ...(asked.type === "quantity" && { answerQuantity: { value } }),
          });
        }}
      />
    );
  return (
    <TextField
      label={label}
      hideLabel
      value={condition.answerString ?? ""}
      onChange={(text) => onChange({ ...bare, answerString: text })}
    />
  );
}
