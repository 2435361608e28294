/** A patient's way through a form: one group, or one question, a page. */
import { isScore, type Line, type Wrong, wrongs } from "./evaluate.ts";

export interface Page {
  readonly key: string;
  /** What it asks: its question, or its group's heading. */
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The pages of what stands now. Text without an answer stands above the question it leads to. */
export function pagesOf(lines: readonly Line[]): Page[] {
  const pages: Page[] = [];
  let lead: Line[] = [];
  for (const line of lines.filter((one) => !isScore(one.item))) {
    if (line.item.type === "display") {
      lead.push(line);
      continue;
    }
    const last = pages.at(-1);
    // All occurrences of a repeated group stand on one page.
    if (last && line.occurrence > 0) pages[pages.length - 1] = { ...last, lines: [...last.lines, line] };
    else pages.push({ key: line.key, title: line.item.text ?? "", lines: [...lead, line] });
    lead = [];
  }
  return lead.length > 0 ? [...pages, { key: lead[0]?.key ?? "", title: "", lines: lead }] : pages;
}

/** What is wrong on one page. */
export const wrongOn = (page: Page): Wrong[] => wrongs(page.lines);

/** The page with that question, or the first. */
export function pageWith(pages: readonly Page[], key: string): number {
  const holds = (line: Line): boolean => line.key === key || line.lines.some(holds);
  return Math.max(
    0,
    pages.findIndex((page) => page.lines.some(holds)),
  );
}
