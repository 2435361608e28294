import { expect, test } from "vitest";
import { fieldsOf, headingsOf, isSound, type Template } from "../../../src/features/templates/templates.ts";

const template: Template = {
  name: "ears",
  form: "17",
  version: 2,
  active: true,
  title: "Ears",
  kind: "34117-2",
  text: "## Left\n\n# of beeps:\n\n### Drum\n##Right",
  cosign: true,
};

test("headings are lines with signs, a space and words", () => {
  expect(headingsOf(template.text)).toEqual(["Left", "of beeps:", "Drum"]);
});

test.each([
  ["\n\n## Plan", true],
  ["Rest\n## Plan", false],
  ["##\n## Plan", false],
  ["", false],
])("a template begins with a heading: %j", (text, isGood) => {
  expect(isSound(text)).toBe(isGood);
});

test("a new template begins as a sound one; a kind that is not known as a progress note", () => {
  expect(isSound(fieldsOf(null).text)).toBe(true);
  expect(fieldsOf(template)).toMatchObject({ title: "Ears", kind: "34117-2", cosign: true });
  expect(fieldsOf({ ...template, kind: "1-1" }).kind).toBe("11506-3");
});
