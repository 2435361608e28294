/** Changing a form, as pure functions on its items; an item is known by its link id, which no two share. */
import type { Questionnaire, QuestionnaireItem, QuestionnaireItemEnableWhen } from "fhir/r4";
import { type Key, t } from "../../i18n/index.ts";
import type { Mistake } from "../../ui/index.ts";
import { bound } from "./evaluate.ts";

export type Item = QuestionnaireItem;
type Tree = readonly Item[];

/** The kinds of item a form is made of. */
export const KINDS = [
  "boolean",
  "choice",
  "open-choice",
  "string",
  "text",
  "integer",
  "decimal",
  "quantity",
  "date",
  "dateTime",
  "time",
  "display",
  "group",
] as const satisfies readonly Item["type"][];

export type Kind = (typeof KINDS)[number];

export interface Row {
  readonly item: Item;
  readonly depth: number;
  readonly parent: string | undefined;
  /** `2.1`: the second item's first. */
  readonly number: string;
}

/** The items one below the other. */
export function rowsOf(items: Tree, depth = 0, parent?: string, before = ""): Row[] {
  return items.flatMap((item, place) => {
    const number = `${before}${place + 1}`;
    return [{ item, depth, parent, number }, ...rowsOf(item.item ?? [], depth + 1, item.linkId, `${number}.`)];
  });
}

/** The item of that link id. */
export const found = (items: Tree, id: string): Item | undefined =>
  rowsOf(items).find((row) => row.item.linkId === id)?.item;

/** The items with one of them changed. */
export const changed = (items: Tree, id: string, change: (item: Item) => Item): Item[] =>
  items.map((item) => {
    if (item.linkId === id) return change(item);
    return item.item ? { ...item, item: changed(item.item, id, change) } : item;
  });

/** A new item that shares its link id with none. */
export function fresh(items: Tree, kind: Kind): Item {
  const taken = new Set(rowsOf(items).map((row) => row.item.linkId));
  const number = Array.from({ length: taken.size + 1 }, (_, place) => place + 1).find((one) => !taken.has(`q${one}`));
  const bare: Item = { linkId: `q${number ?? 1}`, type: kind, text: "" };
  return kind === "group" ? { ...bare, item: [] } : withKind(bare, kind);
}

/** An item as another kind, without what only the old kind had. */
export function withKind(item: Item, kind: Kind): Item {
  const { answerOption, item: within, maxLength, required, repeats, ...rest } = item;
  const isChoice = kind === "choice" || kind === "open-choice";
  return {
    ...rest,
    type: kind,
    ...(isChoice && { answerOption: answerOption ?? [choiceOf("", 1), choiceOf("", 2)] }),
    ...(within && (kind === "group" || within.length > 0) && { item: within }),
    ...((kind === "string" || kind === "text") && maxLength && { maxLength }),
    ...(kind !== "display" && kind !== "group" && required && { required }),
    ...((isChoice || kind === "group") && repeats && { repeats }),
  };
}

/** A choice whose code is its place when it was made: texts may change, answers already given stay readable. */
export const choiceOf = (text: string, number: number): NonNullable<Item["answerOption"]>[number] => ({
  valueCoding: { code: `c${number}`, display: text },
});

/** The items with another after the one of that link id, or at the end; after a group means in it. */
export function inserted(items: Tree, item: Item, after?: string): Item[] {
  const target = after === undefined ? undefined : found(items, after);
  if (!target) return [...items, item];
  if (target.type === "group")
    return changed(items, target.linkId, (it) => ({ ...it, item: [...(it.item ?? []), item] }));
  return beside(items, target.linkId, item, 1);
}

function beside(items: Tree, id: string, item: Item, offset: 0 | 1): Item[] {
  const place = items.findIndex((one) => one.linkId === id);
  if (place >= 0) return items.toSpliced(place + offset, 0, item);
  return items.map((one) => (one.item ? { ...one, item: beside(one.item, id, item, offset) } : one));
}

/** The items without one, nor conditions that asked for it. */
export function removed(items: Tree, id: string): Item[] {
  const gone = found(items, id);
  const ids = new Set(gone ? rowsOf([gone]).map((row) => row.item.linkId) : []);
  return unconditioned(without(items, id), ids);
}

const without = (items: Tree, id: string): Item[] =>
  items
    .filter((item) => item.linkId !== id)
    .map((item) => (item.item ? { ...item, item: without(item.item, id) } : item));

function unconditioned(items: Tree, gone: ReadonlySet<string>): Item[] {
  return items.map((item) => {
    const { enableWhen, enableBehavior, ...rest } = item;
    const kept = enableWhen?.filter((one) => !gone.has(one.question)) ?? [];
    return {
      ...rest,
      ...(kept.length > 0 && { enableWhen: kept }),
      ...(kept.length > 1 && enableBehavior && { enableBehavior }),
      ...(rest.item && { item: unconditioned(rest.item, gone) }),
    };
  });
}

export type Way = "up" | "down" | "in" | "out";

/** The items with one moved a step; unchanged where there is no such step. */
export function stepped(items: Tree, id: string, way: Way): Item[] {
  const rows = rowsOf(items);
  const row = rows.find((one) => one.item.linkId === id);
  if (!row) return [...items];
  const siblings = rows.filter((one) => one.parent === row.parent);
  const place = siblings.indexOf(row);
  const [before, after] = [siblings[place - 1]?.item, siblings[place + 1]?.item];
  if (way === "up" && before) return moved(items, id, before.linkId, "before");
  if (way === "down" && after) return moved(items, id, after.linkId, "after");
  if (way === "in" && before?.type === "group") return moved(items, id, before.linkId, "on");
  if (way === "out" && row.parent) return moved(items, id, row.parent, "after");
  return [...items];
}

/** The items with one put before, after or (a group) into another; into itself is nowhere. */
export function moved(items: Tree, id: string, target: string, place: "before" | "after" | "on"): Item[] {
  const item = found(items, id);
  const there = found(items, target);
  if (!item || !there || id === target || found(item.item ?? [], target)) return [...items];
  if (place === "on" && there.type !== "group") return [...items];
  const rest = without(items, id);
  if (place === "on") return changed(rest, target, (it) => ({ ...it, item: [...(it.item ?? []), item] }));
  return beside(rest, target, item, place === "after" ? 1 : 0);
}

/** A copy after the original, with link ids of its own. */
export function duplicated(items: Tree, id: string): Item[] {
  const item = found(items, id);
  if (!item) return [...items];
  let all: Item[] = [...items];
  const copy = (one: Item): Item => {
    const { linkId } = fresh(all, "string");
    all = [...all, { linkId, type: "display" }];
    return { ...one, linkId, ...(one.item && { item: one.item.map(copy) }) };
  };
  return beside(items, id, copy(item), 1);
}

/** The questions a condition of `id` may ask for: those before it that have an answer. */
export function askable(items: Tree, id: string): Row[] {
  const rows = rowsOf(items);
  const place = rows.findIndex((row) => row.item.linkId === id);
  return rows.slice(0, place).filter(({ item }) => item.type !== "group" && item.type !== "display");
}

export type Operator = QuestionnaireItemEnableWhen["operator"];

/** The comparisons that make sense of a question's answer. */
export function operatorsOf(item: Item): readonly Operator[] {
  const ordered = ["integer", "decimal", "quantity", "date", "dateTime", "time"].includes(item.type);
  return ordered ? ["=", "!=", ">", ">=", "<", "<=", "exists"] : ["=", "!=", "exists"];
}

/** What stands between a form and its publishing. */
export function problemsOf(form: Questionnaire): Mistake[] {
  const rows = rowsOf(form.item ?? []);
  const questions = rows.filter(({ item }) => item.type !== "group" && item.type !== "display");
  return [
    ...(form.title?.trim() ? [] : [{ field: "form-title", message: t("forms.problem.title") }]),
    ...(questions.length > 0 ? [] : [{ field: "form-add", message: t("forms.problem.empty") }]),
    ...rows.flatMap((row) => {
      const problem = problemOf(row.item);
      return problem ? [{ field: `row-${row.item.linkId}`, message: t(problem, { number: row.number }) }] : [];
    }),
  ];
}

function problemOf(item: Item): Key | undefined {
  if (!item.text?.trim()) return "forms.problem.text";
  if (item.type === "choice" || item.type === "open-choice") {
    const texts = (item.answerOption ?? []).map((one) => one.valueCoding?.display?.trim() ?? "");
    if (texts.length < 2) return "forms.problem.choices";
    if (texts.includes("")) return "forms.problem.choiceText";
    if (new Set(texts).size < texts.length) return "forms.problem.choiceTwice";
  }
  const [least, most] = [bound(item, "minValue"), bound(item, "maxValue")];
  if (typeof least === "number" && typeof most === "number" && least > most) return "forms.problem.bounds";
  return item.enableWhen?.every(isWhole) === false ? "forms.problem.condition" : undefined;
}

const isWhole = (one: QuestionnaireItemEnableWhen): boolean =>
  Object.entries(one).some(([name, value]) => name.startsWith("answer") && value !== "" && !Number.isNaN(value));
