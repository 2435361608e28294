import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, blocksOf } from "../../../src/features/visit/markdown.ts";

const words = (block: Block): string => {
  const lines = block.kind === "paragraph" ? block.lines : block.kind === "list" ? block.items : [block.runs];
  return lines.flatMap((line) => line.map((run) => run.text)).join(" ");
};

test("headings, lists and paragraphs are told apart", () => {
  const found = blocksOf("## Plan\nRest and\nwater\n\n- fluids\n- **rest**\n1. call");

  expect(found.map((block) => [block.kind, words(block)])).toEqual([
    ["heading", "Plan"],
    ["paragraph", "Rest and water"],
    ["list", "fluids rest"],
    ["list", "call"],
  ]);
  expect(found[2]).toMatchObject({ items: [[{ isStrong: false }], [{ text: "rest", isStrong: true }]] });
});

test("no word of a note is lost", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z <>&]{0,12}$/)), (lines) => {
      const shown = blocksOf(lines.join("\n")).map(words).join(" ");
      const bare = (text: string) => text.split(/\s+/).filter(Boolean).join(" ");
      expect(bare(shown)).toBe(bare(lines.join(" ")));
    }),
  );
});
