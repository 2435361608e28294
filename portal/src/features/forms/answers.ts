/** Writing answers into a response, as pure functions: each gives the new items and leaves the old ones alone. */
import type { Questionnaire, QuestionnaireResponseItem } from "fhir/r4";
import { type Answer, type Items, type Line, linesOf, wrongs } from "./evaluate.ts";

interface Step {
  readonly linkId: string;
  readonly occurrence: number;
}

const stepsOf = (key: string): Step[] =>
  key.split("/").map((step) => {
    const colon = step.lastIndexOf(":");
    return { linkId: step.slice(0, colon), occurrence: Number(step.slice(colon + 1)) };
  });

/** The items with the answers of the question at `key`; none takes its item away. */
export function answering(items: Items, key: string, answers: readonly Answer[]): QuestionnaireResponseItem[] {
  return at(items, stepsOf(key), (one) => {
    const { answer: before, ...bare } = one;
    if (answers.length === 0) return undefined;
    const within = before?.[0]?.item;
    const [first, ...rest] = answers;
    return { ...bare, answer: [{ ...first, ...(within && { item: within }) }, ...rest] };
  });
}

/** The items with one more occurrence of a repeated group after the last. */
export function repeating(items: Items, line: Line): QuestionnaireResponseItem[] {
  const steps = stepsOf(line.key);
  const last = steps.at(-1);
  if (!last) return [...items];
  const whole = at(items, steps, (one) => one);
  return within(whole, steps.slice(0, -1), (held) => {
    const place = held.findLastIndex((one) => one.linkId === last.linkId);
    return held.toSpliced(place + 1, 0, { linkId: last.linkId, item: [] });
  });
}

/** The items without that occurrence of a repeated group. */
export const removing = (items: Items, key: string): QuestionnaireResponseItem[] =>
  at(items, stepsOf(key), () => undefined);

/** The answers that can be kept while a form is filled in: what is no number yet stays with whoever writes it. */
export function keepable(form: Pick<Questionnaire, "item">, items: Items): QuestionnaireResponseItem[] {
  const wrong = wrongs(linesOf(form, items)).filter((one) => one.fault !== "required");
  return wrong.reduce<QuestionnaireResponseItem[]>((kept, one) => answering(kept, one.key, []), [...items]);
}

type Change = (one: QuestionnaireResponseItem) => QuestionnaireResponseItem | undefined;

function at(items: Items, steps: readonly Step[], change: Change): QuestionnaireResponseItem[] {
  const last = steps.at(-1);
  if (!last) return [...items];
  return within(items, steps.slice(0, -1), (held) => {
    const places = held.flatMap((one, place) => (one.linkId === last.linkId ? [place] : []));
    const place = places[last.occurrence];
    const changed = change((place === undefined ? undefined : held[place]) ?? { linkId: last.linkId });
    if (place === undefined) return changed ? [...held, changed] : [...held];
    return changed ? held.with(place, changed) : held.toSpliced(place, 1);
  });
}

function within(
  items: Items,
  steps: readonly Step[],
  change: (held: QuestionnaireResponseItem[]) => QuestionnaireResponseItem[],
): QuestionnaireResponseItem[] {
  const [step, ...rest] = steps;
  if (!step) return change([...items]);
  return at(items, [step], (one) => {
    const [first, ...others] = one.answer ?? [];
    if (first) return { ...one, answer: [{ ...first, item: within(first.item ?? [], rest, change) }, ...others] };
    return { ...one, item: within(one.item ?? [], rest, change) };
  });
}
