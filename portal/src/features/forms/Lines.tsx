import type { QuestionnaireResponseItem } from "fhir/r4";
import { Plus, X } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button, IconButton } from "../../ui/index.ts";
import { answering, removing, repeating } from "./answers.ts";
import { type Items, isScore, type Line, type Wrong } from "./evaluate.ts";
import { Question } from "./Question.tsx";
import { wrongText } from "./words.ts";
import "./forms.css";

export interface LinesProps {
  readonly lines: readonly Line[];
  readonly items: Items;
  readonly wrong: readonly Wrong[];
  readonly onChange: (items: QuestionnaireResponseItem[]) => void;
  readonly dense?: boolean;
  /** The heading above says already what the first of them asks. */
  readonly headed?: boolean;
}

/** The questions that stand, in order, with their groups. */
export function Lines({ lines, headed = false, ...rest }: LinesProps): ReactElement {
  return (
    <div className="form-lines" data-dense={rest.dense || undefined}>
      {lines.map((line) => (
        <OneLine key={line.key} line={line} headed={headed} {...rest} />
      ))}
    </div>
  );
}

type OneProps = Omit<LinesProps, "lines"> & { readonly line: Line };

function OneLine({ line, headed = false, ...rest }: OneProps): ReactElement | null {
  const { item, key } = line;
  const { items, wrong, onChange, dense = false } = rest;
  if (isScore(item)) return null;
  if (item.type === "display") return <p className="form-display">{item.text}</p>;
  if (item.type === "group") return <Group line={line} headed={headed} {...rest} />;
  const error = wrong.find((one) => one.key === key);
  return (
    <>
      <Question
        line={line}
        dense={dense}
        headed={headed}
        error={error && wrongText(error)}
        onAnswer={(answers) => onChange(answering(items, key, answers))}
      />
      {line.lines.length > 0 && (
        <div className="form-under">
          <Lines lines={line.lines} {...rest} />
        </div>
      )}
    </>
  );
}

function Group({ line, headed = false, ...rest }: OneProps): ReactElement {
  const { item, key, occurrence, occurrences } = line;
  const { items, onChange } = rest;
  const name = item.text ?? "";
  const title = item.repeats && occurrences > 1 ? t("forms.occurrence", { group: name, number: occurrence + 1 }) : name;
  const isLast = occurrence === occurrences - 1;
  return (
    <>
      <fieldset className="form-group" data-bare={(headed && !item.repeats) || undefined}>
        <legend className={headed && !item.repeats ? "visually-hidden" : "form-legend"}>{title}</legend>
        {item.repeats && occurrences > 1 && (
          <div className="form-remove">
            <IconButton
              icon={X}
              label={t("forms.removeNamed", { group: title })}
              onPress={() => onChange(removing(items, key))}
            />
          </div>
        )}
        <Lines lines={line.lines} {...rest} />
      </fieldset>
      {item.repeats && isLast && (
        <div className="row">
          <Button icon={Plus} size="small" onPress={() => onChange(repeating(items, line))}>
            {t("forms.addAnother", { group: name })}
          </Button>
        </div>
      )}
    </>
  );
}
