import type { QuestionnaireItem } from "fhir/r4";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Checkbox, ComboBox, DateField, type Option, RadioGroup, Select, TextField } from "../../ui/index.ts";
import { type Answer, answered, type Line } from "./evaluate.ts";
import { isSame, labelOf } from "./words.ts";

export interface QuestionProps {
  readonly line: Line;
  readonly error?: string | undefined;
  readonly onAnswer: (answers: readonly Answer[]) => void;
  /** Staff see many at once: short choices become a list that opens. */
  readonly dense?: boolean;
  /** The heading above asks it already. */
  readonly headed?: boolean;
}

/** One question with the control that fits its kind. */
export function Question(props: QuestionProps): ReactElement {
  const { type } = props.line.item;
  if (type === "boolean") return <YesNo {...props} />;
  if (type === "choice" || type === "open-choice") return <Choice {...props} />;
  if (type === "date") return <DateAnswer {...props} />;
  if (type === "dateTime") return <MomentAnswer {...props} />;
  if (type === "integer" || type === "decimal" || type === "quantity") return <NumberAnswer {...props} />;
  if (["string", "text", "time", "url"].includes(type)) return <TextAnswer {...props} />;
  return <p className="muted">{t("forms.unsupported")}</p>;
}

const named = ({ line, error, headed = false }: QuestionProps) => ({
  id: line.key,
  label: line.item.text ?? "",
  optional: !line.item.required,
  hideLabel: headed,
  error,
});

function YesNo(props: QuestionProps): ReactElement {
  const { line, onAnswer } = props;
  const value = line.answers[0]?.valueBoolean;
  return (
    <Clearable {...props}>
      <RadioGroup<"yes" | "no">
        {...named(props)}
        value={value === undefined ? null : value ? "yes" : "no"}
        onChange={(chosen) => onAnswer([{ valueBoolean: chosen === "yes" }])}
        options={[
          { value: "yes", label: t("forms.yes") },
          { value: "no", label: t("forms.no") },
        ]}
      />
    </Clearable>
  );
}

/** A radio button cannot be taken back by itself; an optional answer can. */
function Clearable({ line, onAnswer, children }: QuestionProps & { children: ReactElement }): ReactElement {
  if (line.item.required || line.answers.length === 0) return children;
  return (
    <div className="question-clearable">
      {children}
      <Button kind="quiet" size="small" onPress={() => onAnswer([])}>
        {t("forms.clear")}
      </Button>
    </div>
  );
}

const MANY = 7;

function Choice(props: QuestionProps): ReactElement {
  const { line, onAnswer, dense = false } = props;
  const { item, answers } = line;
  const offered = (item.answerOption ?? []).map((option) => option as Answer);
  const options = offered.map((option, place) => ({
    value: String(place),
    label: labelOf(option) || t("forms.choice", { number: place + 1 }),
  }));
  const placeOf = (answer: Answer | undefined) =>
    answer ? offered.findIndex((option) => isSame(answered(option), answered(answer))) : -1;
  const pick = (place: string) => bare(offered[Number(place)] ?? {});
  const place = placeOf(answers[0]);
  const chosen = place < 0 ? null : String(place);

  if (item.repeats) return <Several {...props} options={options} offered={offered} />;
  if (item.type === "open-choice") return <OpenChoice {...props} options={options} chosen={chosen} pick={pick} />;
  if (options.length > MANY)
    return (
      <ComboBox
        {...named(props)}
        options={options}
        value={chosen}
        onChange={(value) => onAnswer(value === null ? [] : [pick(value)])}
      />
    );
  if (dense && options.length > 3)
    return (
      <Clearable {...props}>
        <Select {...named(props)} options={options} value={chosen} onChange={(value) => onAnswer([pick(value)])} />
      </Clearable>
    );
  return (
    <Clearable {...props}>
      <RadioGroup {...named(props)} options={options} value={chosen} onChange={(value) => onAnswer([pick(value)])} />
    </Clearable>
  );
}

/** An option as an answer: its value, without what it is worth. */
function bare(option: Answer): Answer {
  const coding = option.valueCoding;
  if (!coding) return Object.fromEntries(Object.entries(option).filter(([name]) => name.startsWith("value")));
  const { extension: _, ...value } = coding;
  return { valueCoding: value };
}

interface SeveralProps extends QuestionProps {
  readonly options: readonly Option[];
  readonly offered: readonly Answer[];
}

function Several({ line, error, options, offered, onAnswer, headed }: SeveralProps): ReactElement {
  const has = (option: Answer) => line.answers.some((one) => isSame(answered(one), answered(option)));
  return (
    <fieldset id={line.key} className="question-several" aria-describedby={error ? `${line.key}-error` : undefined}>
      <legend className={headed ? "visually-hidden" : "field-label"}>
        {line.item.text}
        {!line.item.required && <span className="field-optional"> ({t("ui.optional")})</span>}
      </legend>
      <div className="choice-group">
        {options.map((option, place) => (
          <Checkbox
            key={option.value}
            isSelected={has(offered[place] ?? {})}
            onChange={(isOn) =>
              onAnswer(offered.filter((one, at) => (at === place ? isOn : has(one))).map((one) => bare(one)))
            }
          >
            {option.label}
          </Checkbox>
        ))}
      </div>
      {error && (
        <p id={`${line.key}-error`} className="field-error">
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface OpenChoiceProps extends QuestionProps {
  readonly options: readonly Option[];
  readonly chosen: string | null;
  readonly pick: (place: string) => Answer;
}

function OpenChoice(props: OpenChoiceProps): ReactElement {
  const { line, options, chosen, pick, onAnswer } = props;
  const own = line.answers[0]?.valueString;
  return (
    <>
      <Clearable {...props}>
        <RadioGroup
          {...named(props)}
          options={[...options, { value: "own", label: t("forms.other") }]}
          value={own === undefined ? chosen : "own"}
          onChange={(value) => onAnswer([value === "own" ? { valueString: "" } : pick(value)])}
        />
      </Clearable>
      {own !== undefined && (
        <TextField
          label={t("forms.otherSay")}
          value={own}
          onChange={(text) => onAnswer([{ valueString: text }])}
          {...(line.item.maxLength && { maxLength: line.item.maxLength })}
        />
      )}
    </>
  );
}

function TextAnswer(props: QuestionProps): ReactElement {
  const { line, onAnswer } = props;
  const { type, maxLength } = line.item;
  const name = type === "time" ? "valueTime" : type === "url" ? "valueUri" : "valueString";
  const written = line.answers[0]?.[name] ?? "";
  return (
    <TextField
      {...named(props)}
      {...(type === "text" && { rows: 4 })}
      {...(type === "time" && { type: "time" as const })}
      {...(type === "url" && { type: "url" as const })}
      {...(maxLength && { maxLength })}
      value={type === "time" ? written.slice(0, 5) : written}
      onChange={(text) => onAnswer(text === "" ? [] : [{ [name]: type === "time" ? `${text}:00` : text }])}
    />
  );
}

const UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";

/** The unit a quantity is asked in. Source: hl7.org/fhir/R4/extension-questionnaire-unit.html. */
const unitOf = (item: QuestionnaireItem) => item.extension?.find((one) => one.url === UNIT)?.valueCoding;

function NumberAnswer(props: QuestionProps): ReactElement {
  const { line, onAnswer } = props;
  const { item, answers } = line;
  const unit = unitOf(item);
  const [given] = answers;
  const number = given?.valueInteger ?? given?.valueDecimal ?? given?.valueQuantity?.value;
  const [written, write] = useState("");
  // What was written stays as it was written while it means the answer; another answer shows itself.
  const isMeant = Number.isNaN(number) || Number(written.trim().replace(",", ".") || Number.NaN) === number;
  const shown = isMeant ? written : String(number ?? "");

  function change(text: string): void {
    write(text);
    onAnswer(numbered(item, text.trim().replace(",", ".")));
  }

  return (
    <div className="question-number">
      <TextField
        {...named(props)}
        inputMode={item.type === "integer" ? "numeric" : "decimal"}
        autoComplete="off"
        value={shown}
        onChange={change}
        after={unit?.display ?? unit?.code}
      />
    </div>
  );
}

/** A number as an answer of the item's kind; what is no number is kept as such and named when the form is sent. */
function numbered(item: QuestionnaireItem, text: string): Answer[] {
  if (text === "") return [];
  const value = Number(text);
  if (item.type === "integer") return [{ valueInteger: value }];
  if (item.type === "decimal") return [{ valueDecimal: value }];
  const { system, code, display } = unitOf(item) ?? {};
  return [{ valueQuantity: { value, unit: display ?? code ?? "", ...(system && { system }), ...(code && { code }) } }];
}

function DateAnswer(props: QuestionProps): ReactElement {
  const { line, onAnswer } = props;
  return (
    <DateField
      {...named(props)}
      value={line.answers[0]?.valueDate ?? null}
      onChange={(day) => onAnswer(day ? [{ valueDate: day }] : [])}
    />
  );
}

/** A day and a time of day, as one instant in the reader's zone. */
function MomentAnswer(props: QuestionProps): ReactElement {
  const { line, onAnswer } = props;
  const [day = "", time = ""] = (line.answers[0]?.valueDateTime ?? "").split("T");
  const put = (newDay: string, newTime: string) =>
    onAnswer(newDay ? [{ valueDateTime: newTime ? instant(newDay, newTime) : newDay }] : []);
  return (
    <div className="question-moment">
      <DateField {...named(props)} value={day || null} onChange={(chosen) => put(chosen ?? "", time.slice(0, 5))} />
      <TextField
        label={t("forms.time")}
        type="time"
        value={time.slice(0, 5)}
        onChange={(chosen) => put(day, chosen)}
        isDisabled={!day}
      />
    </div>
  );
}

function instant(day: string, time: string): string {
  const minutes = -new Date(`${day}T${time}:00`).getTimezoneOffset();
  const [sign, size] = [minutes < 0 ? "-" : "+", Math.abs(minutes)];
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${day}T${time}:00${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
