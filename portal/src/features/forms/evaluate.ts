/**
 * What a form asks, given what was answered so far: which questions stand, what is missing or wrong, and the score.
 *
 * Pure, and held to the same examples as the server's (`tests/charting/vectors`): what a patient sees is what the server
 * will accept. Source: hl7.org/fhir/R4/questionnaire.html.
 */
import type {
  Questionnaire,
  QuestionnaireItem,
  QuestionnaireItemEnableWhen,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
} from "fhir/r4";

export type Items = readonly QuestionnaireResponseItem[];
export type Answer = QuestionnaireResponseItemAnswer;

/** One question or group as it stands: an occurrence of a repeated group is a line of its own. */
export interface Line {
  /** Unique in the form: link ids with the occurrence of each, as `2:1/2.1:0`. */
  readonly key: string;
  readonly item: QuestionnaireItem;
  /** Which of the repeated group's occurrences, from 0, and of how many. */
  readonly occurrence: number;
  readonly occurrences: number;
  readonly answers: readonly Answer[];
  readonly lines: readonly Line[];
}

/** What is asked now, in order: only what `enableWhen` lets stand. */
export function linesOf(form: Pick<Questionnaire, "item">, answered: Items): Line[] {
  const standing = settled(form.item ?? [], answered);
  return lines(form.item ?? [], standing, [{ asked: form.item ?? [], held: standing }], "");
}

/** A group's questions and its answers: where a condition within it looks first. */
interface Scope {
  readonly asked: readonly QuestionnaireItem[];
  readonly held: Items;
}

/** The answers without those to questions that do not stand: what is sent. */
export function sendable(form: Pick<Questionnaire, "item">, answered: Items): QuestionnaireResponseItem[] {
  return settled(form.item ?? [], answered);
}

function lines(asked: readonly QuestionnaireItem[], held: Items, scopes: readonly Scope[], under: string): Line[] {
  return asked.flatMap((item) => {
    if (!stands(item, scopes)) return [];
    const found = held.filter((one) => one.linkId === item.linkId);
    const occurrences: Items = found.length > 0 ? found : [{ linkId: item.linkId }];
    return occurrences.map((one, occurrence) => {
      const key = `${under}${item.linkId}:${occurrence}`;
      const within = item.type === "group" ? (one.item ?? []) : (one.answer?.[0]?.item ?? []);
      const isOpen = item.type === "group" || (one.answer?.length ?? 0) > 0;
      return {
        key,
        item,
        occurrence,
        occurrences: occurrences.length,
        answers: one.answer ?? [],
        lines: isOpen
          ? lines(item.item ?? [], within, [...scopes, { asked: item.item ?? [], held: within }], `${key}/`)
          : [],
      };
    });
  });
}

/**
 * The answers of what stands, where an answer to a question that does not stand counts for nothing: taking one away may let
 * another fall, so it is done until nothing changes.
 */
function settled(asked: readonly QuestionnaireItem[], answered: Items): QuestionnaireResponseItem[] {
  let standing = pruned(asked, answered, [{ asked, held: answered }]);
  for (let round = count(asked); round > 0; round -= 1) {
    const next = pruned(asked, answered, [{ asked, held: standing }]);
    if (JSON.stringify(next) === JSON.stringify(standing)) break;
    standing = next;
  }
  return standing;
}

const count = (asked: readonly QuestionnaireItem[]): number =>
  asked.reduce((sum, item) => sum + 1 + count(item.item ?? []), 0);

function pruned(
  asked: readonly QuestionnaireItem[],
  held: Items,
  scopes: readonly Scope[],
): QuestionnaireResponseItem[] {
  return asked.flatMap((item) => {
    if (!stands(item, scopes)) return [];
    return held
      .filter((one) => one.linkId === item.linkId)
      .map((one, occurrence) => {
        const known = (scopes.at(-1)?.held ?? []).filter((it) => it.linkId === item.linkId)[occurrence];
        if (item.type === "group") {
          const within = pruned(item.item ?? [], one.item ?? [], [
            ...scopes,
            { asked: item.item ?? [], held: known?.item ?? [] },
          ]);
          return { ...one, item: within };
        }
        if (!item.item?.length || !one.answer?.length) return one;
        const [first, ...rest] = one.answer;
        const within = pruned(item.item, first?.item ?? [], [
          ...scopes,
          { asked: item.item, held: known?.answer?.[0]?.item ?? [] },
        ]);
        return { ...one, answer: [{ ...first, item: within }, ...rest] };
      });
  });
}

/** Whether a question stands, by the answers of its own group first, then of the groups around it. */
function stands(item: QuestionnaireItem, scopes: readonly Scope[]): boolean {
  const conditions = item.enableWhen ?? [];
  if (conditions.length === 0) return true;
  const holds = (one: QuestionnaireItemEnableWhen) => isMet(one, nearestAnswers(one.question, scopes));
  return item.enableBehavior === "any" ? conditions.some(holds) : conditions.every(holds);
}

function nearestAnswers(linkId: string, scopes: readonly Scope[]): readonly Answer[] {
  for (const scope of scopes.toReversed()) {
    if (asks(scope.asked, linkId)) return deepFind(linkId, scope.held)?.answer ?? [];
  }
  return [];
}

const asks = (asked: readonly QuestionnaireItem[], linkId: string): boolean =>
  asked.some((item) => item.linkId === linkId || asks(item.item ?? [], linkId));

function deepFind(linkId: string, items: Items): QuestionnaireResponseItem | undefined {
  for (const one of items) {
    if (one.linkId === linkId) return one;
    const within = deepFind(linkId, [...(one.item ?? []), ...(one.answer ?? []).flatMap((it) => it.item ?? [])]);
    if (within) return within;
  }
  return undefined;
}

/** Source: hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html. */
function isMet(condition: QuestionnaireItemEnableWhen, answers: readonly Answer[]): boolean {
  const given = answers.filter((one) => answered(one) !== undefined);
  if (condition.operator === "exists") return given.length > 0 === condition.answerBoolean;
  const orders = given.map((one) => compared(answered(one), wanted(condition)));
  const { operator } = condition;
  if (operator === "!=") return !orders.some((order) => order === 0);
  return orders.some((order) => order !== undefined && OPERATORS[operator](order));
}

const OPERATORS: Record<
  Exclude<QuestionnaireItemEnableWhen["operator"], "exists" | "!=">,
  (order: number) => boolean
> = {
  "=": (order) => order === 0,
  ">": (order) => order === 1,
  "<": (order) => order === -1,
  ">=": (order) => order === 0 || order === 1,
  "<=": (order) => order === 0 || order === -1,
};

type Value = string | number | boolean | { readonly [name: string]: unknown } | undefined;

/** The value of an answer, whatever its type. */
export function answered(answer: Answer): Value {
  const [name] = Object.keys(answer).filter((key) => key.startsWith("value"));
  return name ? (answer[name as keyof Answer] as Value) : undefined;
}

function wanted(condition: QuestionnaireItemEnableWhen): Value {
  const [name] = Object.keys(condition).filter((key) => key.startsWith("answer"));
  return name ? (condition[name as keyof QuestionnaireItemEnableWhen] as Value) : undefined;
}

/** -1, 0 or 1; 2 for things that differ and have no order; `undefined` for what cannot be compared. */
function compared(given: Value, against: Value): number | undefined {
  if (given === undefined || against === undefined) return undefined;
  if (typeof given === "object" && typeof against === "object") {
    if ("value" in given) return ordered(Number(given.value), Number(against.value));
    const same = (name: string) => (given[name] ?? "") === (against[name] ?? "");
    return (given.code === undefined ? same("display") : same("code") && same("system")) ? 0 : 2;
  }
  if (typeof given === "number" && typeof against === "number") return ordered(given, against);
  if (typeof given === "boolean" || typeof against === "boolean") return given === against ? 0 : 2;
  return ordered(String(given), String(against));
}

const ordered = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

type Fault =
  | "required"
  | "tooSmall"
  | "tooLarge"
  | "tooLong"
  | "notWhole"
  | "notANumber"
  | "notADate"
  | "notAChoice"
  | "tooMany";

export interface Wrong {
  readonly key: string;
  readonly item: QuestionnaireItem;
  readonly fault: Fault;
  /** The bound that was overstepped. */
  readonly bound?: number | string;
}

/** What stops the form from being sent, in its order. */
export function wrongs(lines: readonly Line[]): Wrong[] {
  return lines.flatMap((line) => [...wrongOf(line), ...wrongs(line.lines)]);
}

function wrongOf(line: Line): Wrong[] {
  const { key, item, answers } = line;
  if (item.type === "group" || item.type === "display" || isScore(item)) return [];
  const given = answers.map(answered).filter((value) => value !== undefined && value !== "");
  if (given.length === 0) return item.required ? [{ key, item, fault: "required" }] : [];
  if (given.length > 1 && !item.repeats) return [{ key, item, fault: "tooMany" }];
  const wrong = given.map((value) => faultOf(item, value)).find(Boolean);
  return wrong ? [{ key, item, ...wrong }] : [];
}

function faultOf(item: QuestionnaireItem, value: Value): Pick<Wrong, "fault" | "bound"> | undefined {
  if (typeof value === "string" && item.maxLength && value.length > item.maxLength)
    return { fault: "tooLong", bound: item.maxLength };
  if (item.type === "date" && !/^\d{4}(-\d{2}){0,2}$/.test(String(value))) return { fault: "notADate" };
  if (item.type === "choice" && item.answerOption?.length && !item.answerOption.some((one) => isOption(one, value)))
    return { fault: "notAChoice" };
  const number = typeof value === "object" ? Number(value.value) : value;
  if (["integer", "decimal", "quantity"].includes(item.type) && !Number.isFinite(number))
    return { fault: "notANumber" };
  if (item.type === "integer" && !Number.isInteger(number)) return { fault: "notWhole" };
  const [least, most] = [bound(item, "minValue"), bound(item, "maxValue")];
  if (least !== undefined && number !== undefined && number < least) return { fault: "tooSmall", bound: least };
  if (most !== undefined && number !== undefined && number > most) return { fault: "tooLarge", bound: most };
  return undefined;
}

const isOption = (option: Option, value: Value): boolean => compared(value, answered(option)) === 0;

/** Shows the score, and is worked out instead of asked. */
export const isScore = (item: QuestionnaireItem): boolean => item.extension?.some((one) => one.url === SCORE) ?? false;

const SCORE = "https://meridian-pms.com/fhir/StructureDefinition/score";
const STRUCTURES = "http://hl7.org/fhir/StructureDefinition";

/** An item's least or greatest value. Source: hl7.org/fhir/R4/extension-minvalue.html, extension-maxvalue.html. */
export function bound(item: QuestionnaireItem, name: "minValue" | "maxValue"): number | string | undefined {
  const found = item.extension?.find((one) => one.url === `${STRUCTURES}/${name}`);
  return found?.valueInteger ?? found?.valueDecimal ?? found?.valueDate;
}

export const ORDINAL = `${STRUCTURES}/ordinalValue`;

type Option = NonNullable<QuestionnaireItem["answerOption"]>[number];

/** What choosing an option adds to the score. Source: hl7.org/fhir/R4/extension-ordinalvalue.html. */
export function weightOf(option: Option): number | undefined {
  const extensions = [...(option.extension ?? []), ...(option.valueCoding?.extension ?? [])];
  return extensions.find((one) => one.url === ORDINAL)?.valueDecimal;
}

/** The sum of what was chosen; `undefined` for a form that gives no points. */
export function scoreOf(lines: readonly Line[]): number | undefined {
  const weighed = flat(lines).filter(({ item }) => item.answerOption?.some((one) => weightOf(one) !== undefined));
  if (weighed.length === 0) return undefined;
  return weighed.reduce((sum, { item, answers }) => sum + pointsOf(item, answers), 0);
}

function pointsOf(item: QuestionnaireItem, answers: readonly Answer[]): number {
  const chosen = (item.answerOption ?? []).filter((option) =>
    answers.some((answer) => compared(answered(answer), answered(option)) === 0),
  );
  return chosen.reduce((sum, option) => sum + (weightOf(option) ?? 0), 0);
}

/** Answers that nobody asked for: the form was changed, or the answers are of another. */
export function unasked(form: Pick<Questionnaire, "item">, answered: Items): { key: string; fault: "unknown" }[] {
  return strangers(form.item ?? [], answered, "");
}

function strangers(
  asked: readonly QuestionnaireItem[],
  held: Items,
  under: string,
): { key: string; fault: "unknown" }[] {
  return held.flatMap((one) => {
    const key = `${under}${one.linkId}:0`;
    const item = asked.find((it) => it.linkId === one.linkId);
    if (!item) return [{ key, fault: "unknown" as const }];
    const below = [...(one.item ?? []), ...(one.answer ?? []).flatMap((it) => it.item ?? [])];
    return strangers(item.item ?? [], below, `${key}/`);
  });
}

/** All lines, groups before what is in them. */
export const flat = (lines: readonly Line[]): Line[] => lines.flatMap((line) => [line, ...flat(line.lines)]);

/** How many of the questions that stand are answered, and how many stand. */
export function progressOf(lines: readonly Line[]): { readonly done: number; readonly all: number } {
  const questions = flat(lines).filter(
    ({ item }) => item.type !== "group" && item.type !== "display" && !isScore(item),
  );
  return { done: questions.filter((line) => line.answers.length > 0).length, all: questions.length };
}
