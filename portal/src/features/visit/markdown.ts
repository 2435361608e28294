/** The little Markdown that notes are written in, as blocks to be shown; nothing in it is ever taken for HTML. */

export interface Run {
  readonly text: string;
  readonly isStrong: boolean;
}

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly runs: readonly Run[] }
  | { readonly kind: "paragraph"; readonly lines: readonly (readonly Run[])[] }
  | { readonly kind: "list"; readonly isNumbered: boolean; readonly items: readonly (readonly Run[])[] };

const HEADING = /^(#{1,6})\s+(.*)$/;
const BULLET = /^\s*[-*+]\s+(.*)$/;
const NUMBER = /^\s*\d+[.)]\s+(.*)$/;

/** Headings, lists and paragraphs of a text; what is none of them is a paragraph, nothing is lost. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let isOpen = false;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") {
      isOpen = false;
      continue;
    }
    const next = blockOf(line);
    const last = blocks.at(-1);
    const joined = isOpen && last && together(last, next);
    if (joined) blocks[blocks.length - 1] = joined;
    else blocks.push(next);
    isOpen = true;
  }
  return blocks;
}

function blockOf(line: string): Block {
  const [, marks, title] = HEADING.exec(line) ?? [];
  if (marks) return { kind: "heading", level: marks.length, runs: runsOf(title ?? "") };
  const [, item] = BULLET.exec(line) ?? [];
  if (item !== undefined) return { kind: "list", isNumbered: false, items: [runsOf(item)] };
  const [, numbered] = NUMBER.exec(line) ?? [];
  if (numbered !== undefined) return { kind: "list", isNumbered: true, items: [runsOf(numbered)] };
  return { kind: "paragraph", lines: [runsOf(line)] };
}

function together(last: Block, next: Block): Block | undefined {
  if (last.kind === "paragraph" && next.kind === "paragraph") return { ...last, lines: [...last.lines, ...next.lines] };
  if (last.kind === "list" && next.kind === "list" && last.isNumbered === next.isNumbered)
    return { ...last, items: [...last.items, ...next.items] };
  return undefined;
}

/** A line's runs: `**strong**` and the rest. */
function runsOf(line: string): Run[] {
  return line
    .split(/(\*\*[^*]+\*\*)/)
    .filter((part) => part !== "")
    .map((part) => {
      const isStrong = part.length > 4 && part.startsWith("**") && part.endsWith("**");
      return { text: isStrong ? part.slice(2, -2) : part, isStrong };
    });
}
