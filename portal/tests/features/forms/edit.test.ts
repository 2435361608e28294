import type { QuestionnaireItem } from "fhir/r4";
import { expect, test } from "vitest";
import {
  askable,
  duplicated,
  fresh,
  inserted,
  moved,
  problemsOf,
  removed,
  rowsOf,
  stepped,
  withKind,
} from "../../../src/features/forms/edit.ts";

const TREE: QuestionnaireItem[] = [
  { linkId: "a", type: "boolean", text: "A" },
  { linkId: "g", type: "group", text: "G", item: [{ linkId: "b", type: "string", text: "B" }] },
  {
    linkId: "c",
    type: "string",
    text: "C",
    enableWhen: [{ question: "b", operator: "exists", answerBoolean: true }],
  },
];

const shape = (items: readonly QuestionnaireItem[]) => rowsOf(items).map((row) => `${row.number} ${row.item.linkId}`);

test("rows are numbered as they are read", () => {
  expect(shape(TREE)).toEqual(["1 a", "2 g", "2.1 b", "3 c"]);
});

test("a step moves among siblings, into the group above and out of it", () => {
  expect(shape(stepped(TREE, "c", "up"))).toEqual(["1 a", "2 c", "3 g", "3.1 b"]);
  expect(shape(stepped(TREE, "c", "in"))).toEqual(["1 a", "2 g", "2.1 b", "2.2 c"]);
  expect(shape(stepped(TREE, "b", "out"))).toEqual(["1 a", "2 g", "3 b", "4 c"]);
  expect(shape(stepped(TREE, "a", "up"))).toEqual(shape(TREE));
});

test("a group cannot be moved into itself", () => {
  expect(shape(moved(TREE, "g", "b", "after"))).toEqual(shape(TREE));
  expect(shape(moved(TREE, "g", "g", "on"))).toEqual(shape(TREE));
});

test("what is removed takes the conditions along that asked for it", () => {
  const rest = removed(TREE, "g");

  expect(shape(rest)).toEqual(["1 a", "2 c"]);
  expect(rest[1]?.enableWhen).toBeUndefined();
});

test("new and copied items share their link ids with none", () => {
  const more = inserted(inserted(TREE, fresh(TREE, "string")), fresh(inserted(TREE, fresh(TREE, "string")), "date"));
  const ids = rowsOf(duplicated(more, "g")).map((row) => row.item.linkId);

  expect(new Set(ids).size).toBe(ids.length);
  expect(shape(inserted(TREE, fresh(TREE, "string"), "g"))).toContain("2.2 q1");
});

test("another kind keeps nothing that only the old one had", () => {
  const choice = withKind({ linkId: "x", type: "string", text: "X", maxLength: 20 }, "choice");

  expect(choice.maxLength).toBeUndefined();
  expect(choice.answerOption).toHaveLength(2);
  expect(withKind(choice, "text").answerOption).toBeUndefined();
});

test("a condition may ask only for what is answered before", () => {
  expect(askable(TREE, "c").map((row) => row.item.linkId)).toEqual(["a", "b"]);
  expect(askable(TREE, "a")).toEqual([]);
});

test("a form is not published half made", () => {
  const form = { resourceType: "Questionnaire", status: "draft" } as const;
  const choice = { linkId: "x", type: "choice", text: "X" } as const;
  const twice = [{ valueCoding: { display: "One" } }, { valueCoding: { display: "One" } }];

  expect(problemsOf(form).map((one) => one.field)).toEqual(["form-title", "form-add"]);
  expect(problemsOf({ ...form, title: "T", item: [choice] })).toHaveLength(1);
  expect(problemsOf({ ...form, title: "T", item: [{ ...choice, answerOption: twice }] })).toHaveLength(1);
  expect(problemsOf({ ...form, title: "T", item: TREE })).toEqual([]);
});
