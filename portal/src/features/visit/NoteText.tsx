import type { ReactElement } from "react";
import { blocksOf, type Run } from "./markdown.ts";

/** A note's text as it is read: headings, lists, paragraphs. */
export function NoteText({ text }: { text: string }): ReactElement {
  return (
    <div className="note-text">
      {blocksOf(text).map((block, place) => {
        // Blocks have no names; the text never changes in place.
        const key = `${place}`;
        if (block.kind === "heading")
          return block.level <= 2 ? (
            <h4 key={key} className="note-heading">
              <Runs runs={block.runs} />
            </h4>
          ) : (
            <h5 key={key} className="note-heading">
              <Runs runs={block.runs} />
            </h5>
          );
        if (block.kind === "list") {
          const List = block.isNumbered ? "ol" : "ul";
          return (
            <List key={key}>
              {block.items.map((item, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
                <li key={at}>
                  <Runs runs={item} />
                </li>
              ))}
            </List>
          );
        }
        return (
          <p key={key}>
            {block.lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
              <span key={at} className="note-line">
                <Runs runs={line} />
              </span>
            ))}
          </p>
        );
      })}
    </div>
  );
}

const Runs = ({ runs }: { runs: readonly Run[] }): ReactElement => (
  <>
    {runs.map((run, at) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a line
      run.isStrong ? <strong key={at}>{run.text}</strong> : <span key={at}>{run.text}</span>,
    )}
  </>
);
