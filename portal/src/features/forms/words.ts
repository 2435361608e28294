/** Answers and mistakes in words. */
import type { QuestionnaireItem } from "fhir/r4";
import { momentText } from "../../fhir/moments.ts";
import { numberText, quantityText } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { type Answer, answered, type Wrong } from "./evaluate.ts";

/** An answer or option as one reads it. */
export function labelOf(answer: Answer): string {
  if (answer.valueCoding) return answer.valueCoding.display ?? answer.valueCoding.code ?? "";
  if (answer.valueBoolean !== undefined) return answer.valueBoolean ? t("forms.yes") : t("forms.no");
  if (answer.valueQuantity) return quantityText(answer.valueQuantity, 6);
  if (answer.valueDate !== undefined) return momentText(answer.valueDate);
  if (answer.valueDateTime !== undefined) return momentText(answer.valueDateTime);
  const value = answered(answer);
  if (typeof value === "number") return numberText(value, 6);
  return answer.valueTime ? answer.valueTime.slice(0, 5) : String(value ?? "");
}

/** All answers to a question, or that there are none. */
export const answersText = (answers: readonly Answer[]): string =>
  answers.map(labelOf).filter(Boolean).join(", ") || t("forms.noAnswer");

/** Whether two values are the same choice; what a choice is worth does not count. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return a === b;
  const part = (of: object, name: string) => (of as Record<string, unknown>)[name] ?? "";
  const by = part(a, "code") ? ["code", "system"] : ["display"];
  return by.every((name) => part(a, name) === part(b, name));
}

/** What is wrong with an answer, and with which. */
export const wrongText = ({ fault, item, bound = "" }: Wrong): string =>
  t(`forms.wrong.${fault}`, {
    question: fault === "required" ? (item.text ?? item.linkId) : shortText(item),
    bound: typeof bound === "number" ? bound : momentText(bound),
  });

/** A question's text without its question mark, to stand within a sentence. */
const shortText = (item: QuestionnaireItem): string => (item.text ?? item.linkId).replace(/[?:]\s*$/, "");
