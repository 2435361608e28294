import type { Questionnaire, QuestionnaireResponseItem } from "fhir/r4";
import { expect, test } from "vitest";
import vectors from "../../../../tests/charting/vectors/forms.json" with { type: "json" };
import { linesOf, scoreOf, sendable, unasked, wrongs } from "../../../src/features/forms/evaluate.ts";

interface Case {
  readonly name: string;
  readonly form: Pick<Questionnaire, "item">;
  readonly answers: QuestionnaireResponseItem[];
  readonly standing: QuestionnaireResponseItem[];
  readonly wrong: readonly (readonly [string, string])[];
  readonly score: number | null;
}

const cases = vectors.cases as unknown as readonly Case[];

test.each(cases.map((one) => [one.name, one] as const))("as the server: %s", (_, { form, answers, ...expected }) => {
  const lines = linesOf(form, answers);
  const wrong = [...wrongs(lines), ...unasked(form, answers)];

  expect(sendable(form, answers)).toEqual(expected.standing);
  expect(wrong.map((one) => [one.key, one.fault])).toEqual(expected.wrong.map(([key, fault]) => [key, fault]));
  expect(scoreOf(lines) ?? null).toBe(expected.score);
});
