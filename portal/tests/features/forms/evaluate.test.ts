import type { Questionnaire, QuestionnaireResponseItem } from "fhir/r4";
import { expect, test } from "vitest";
import { answering, keepable, removing, repeating } from "../../../src/features/forms/answers.ts";
import { flat, linesOf, ORDINAL, progressOf, scoreOf, sendable, wrongs } from "../../../src/features/forms/evaluate.ts";

const option = (code: string, points: number) => ({
  valueCoding: { code, display: code, extension: [{ url: ORDINAL, valueDecimal: points }] },
});

const FORM = {
  item: [
    { linkId: "smokes", type: "boolean", text: "Do you smoke?", required: true },
    {
      linkId: "howMany",
      type: "integer",
      text: "How many?",
      required: true,
      enableWhen: [{ question: "smokes", operator: "=", answerBoolean: true }],
      extension: [{ url: "http://hl7.org/fhir/StructureDefinition/minValue", valueInteger: 1 }],
    },
    {
      linkId: "stop",
      type: "choice",
      text: "Would you like to stop?",
      enableWhen: [{ question: "howMany", operator: ">=", answerInteger: 10 }],
      answerOption: [option("no", 0), option("yes", 3)],
    },
    {
      linkId: "children",
      type: "group",
      repeats: true,
      text: "Children",
      item: [
        { linkId: "name", type: "string", text: "Name" },
        {
          linkId: "ill",
          type: "boolean",
          text: "Ill?",
          enableWhen: [{ question: "name", operator: "exists", answerBoolean: true }],
        },
      ],
    },
  ],
} satisfies Pick<Questionnaire, "item">;

const keys = (items: QuestionnaireResponseItem[]) => flat(linesOf(FORM, items)).map((line) => line.key);
const smoker = (count: number) =>
  answering(answering([], "smokes:0", [{ valueBoolean: true }]), "howMany:0", [{ valueInteger: count }]);

test("a question stands only while its condition is met", () => {
  expect(keys([])).toEqual(["smokes:0", "children:0", "children:0/name:0"]);
  expect(keys(smoker(2))).toContain("howMany:0");
});

test("an answer to a question that no longer stands keeps nothing standing, and is not sent", () => {
  const before = answering(smoker(20), "stop:0", [{ valueCoding: { code: "yes" } }]);
  expect(keys(before)).toContain("stop:0");

  const after = answering(before, "smokes:0", [{ valueBoolean: false }]);

  expect(keys(after)).not.toContain("stop:0");
  expect(sendable(FORM, after).map((one) => one.linkId)).toEqual(["smokes"]);
});

test("a repeated group asks about its own answers, not those of its neighbour", () => {
  const first = answering([], "children:0/name:0", [{ valueString: "Ada" }]);
  const [group] = linesOf(FORM, first).filter((line) => line.key === "children:0");
  const two = group ? repeating(first, group) : [];

  expect(keys(two).slice(1)).toEqual([
    "children:0",
    "children:0/name:0",
    "children:0/ill:0",
    "children:1",
    "children:1/name:0",
  ]);
  expect(keys(removing(two, "children:0")).slice(1)).toEqual(["children:0", "children:0/name:0"]);
});

test("what is required, too small or no whole number is named", () => {
  expect(wrongs(linesOf(FORM, [])).map((one) => [one.key, one.fault])).toEqual([["smokes:0", "required"]]);
  expect(wrongs(linesOf(FORM, smoker(0)))[0]).toMatchObject({ fault: "tooSmall", bound: 1 });
  expect(wrongs(linesOf(FORM, smoker(1.5)))[0]?.fault).toBe("notWhole");
});

test("the score is the sum of what was chosen", () => {
  const chosen = answering(smoker(20), "stop:0", [{ valueCoding: { code: "yes" } }]);

  expect(scoreOf(linesOf(FORM, chosen))).toBe(3);
  expect(scoreOf(linesOf(FORM, smoker(20)))).toBe(0);
  expect(scoreOf(linesOf(FORM, []))).toBeUndefined();
});

test("progress counts the questions that stand", () => {
  expect(progressOf(linesOf(FORM, smoker(3)))).toEqual({ done: 2, all: 3 });
});

test("taking an answer back leaves no empty item", () => {
  expect(answering(smoker(3), "howMany:0", [])).toEqual([{ linkId: "smokes", answer: [{ valueBoolean: true }] }]);
});

test("what is wrong so far is not kept, what is missing hinders nothing", () => {
  expect(keepable(FORM, smoker(1.5))).toEqual([{ linkId: "smokes", answer: [{ valueBoolean: true }] }]);
  expect(keepable(FORM, [])).toEqual([]);
});
