import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Card } from "../../ui/index.ts";
import type { Line } from "./evaluate.ts";
import { answersText } from "./words.ts";
import "./forms.css";

export interface ReviewProps {
  readonly lines: readonly Line[];
  /** Leads back to a question; without it the answers are only read. */
  readonly onChange?: (line: Line) => void;
}

/** All answers below their questions. */
export function Review({ lines, onChange }: ReviewProps): ReactElement {
  return (
    <>
      {onChange && <p>{t("forms.reviewLead")}</p>}
      <Card>
        <dl className="review">
          {lines.map((line) => (
            <Answered key={line.key} line={line} onChange={onChange} />
          ))}
        </dl>
      </Card>
    </>
  );
}

function Answered({ line, onChange }: { line: Line; onChange: ReviewProps["onChange"] }): ReactElement | null {
  const { item, answers, lines, occurrence, occurrences } = line;
  if (item.type === "display") return null;
  const text = item.text ?? "";
  const within = lines.map((one) => <Answered key={one.key} line={one} onChange={onChange} />);
  if (item.type === "group")
    return (
      <>
        <div className="review-group">
          <dt>{occurrences > 1 ? t("forms.occurrence", { group: text, number: occurrence + 1 }) : text}</dt>
          <dd className="visually-hidden">{t("forms.questions", { count: lines.length })}</dd>
        </div>
        {within}
      </>
    );
  return (
    <>
      <div className="review-line">
        <dt>{text}</dt>
        <dd>
          <span className={answers.length > 0 ? "strong" : "muted"}>{answersText(answers)}</span>
          {onChange && (
            <Button
              kind="quiet"
              size="small"
              aria-label={t("forms.changeNamed", { question: text })}
              onPress={() => onChange(line)}
            >
              {t("forms.change")}
            </Button>
          )}
        </dd>
      </div>
      {within}
    </>
  );
}
