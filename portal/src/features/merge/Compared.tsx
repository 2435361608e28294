import { Check, Equal, EqualNot, Plus } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Badge, Card } from "../../ui/index.ts";
import type { Choices, Side } from "./api.ts";
import type { Line } from "./compared.ts";

export interface ComparedProps {
  readonly lines: readonly Line[];
  readonly choices: Choices;
  readonly onChoose: (element: string, side: Side) => void;
}

/** The two records, line beside line; what only one of them can be right about is chosen here. */
export function Compared({ lines, choices, onChoose }: ComparedProps): ReactElement {
  return (
    <Card flush>
      <table className="compared">
        <thead>
          <tr>
            <th scope="col">{t("merge.line")}</th>
            <th scope="col">{t("merge.keepsThis")}</th>
            <th scope="col">{t("merge.goesIn")}</th>
            <th scope="col">{t("merge.state")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.element} data-kind={line.kind}>
              <th scope="row">{line.name}</th>
              {line.kind === "choose" ? (
                (["keep", "drop"] as const).map((side) => (
                  <td key={side} data-label={t(side === "keep" ? "merge.keepsThis" : "merge.goesIn")}>
                    <label className="compared-choice" data-chosen={choices[line.element] === side || undefined}>
                      <input
                        type="radio"
                        id={side === "keep" ? `merge-${line.element}` : undefined}
                        name={`merge-${line.element}`}
                        aria-label={`${line.name}: ${line[side]}`}
                        checked={choices[line.element] === side}
                        onChange={() => onChoose(line.element, side)}
                      />
                      <span>{line[side] || t("merge.empty")}</span>
                    </label>
                  </td>
                ))
              ) : (
                <>
                  <td data-label={t("merge.keepsThis")}>
                    {line.keep || <span className="muted">{t("merge.empty")}</span>}
                  </td>
                  <td data-label={t("merge.goesIn")}>
                    {line.drop || <span className="muted">{t("merge.empty")}</span>}
                  </td>
                </>
              )}
              <td>
                <State line={line} isChosen={choices[line.element] !== undefined} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function State({ line, isChosen }: { line: Line; isChosen: boolean }): ReactElement {
  if (line.kind === "same") return <Badge icon={Equal}>{t("merge.alike")}</Badge>;
  if (line.kind === "choose")
    return (
      <Badge tone={isChosen ? "success" : "warning"} icon={isChosen ? Check : EqualNot}>
        {t("merge.differs")}
      </Badge>
    );
  return (
    <Badge tone="info" icon={Plus}>
      {t("merge.both")}
    </Badge>
  );
}
