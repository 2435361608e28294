import { ChevronRight } from "lucide-react";
import type { ReactElement } from "react";

export interface ChoicesProps {
  readonly label: string;
  readonly choices: readonly { readonly id: string; readonly label: string; readonly hint?: string }[];
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
}

/** A few answers to one question, each a large button that leads on. */
export function Choices({ label, choices, chosen, onChoose }: ChoicesProps): ReactElement {
  return (
    <ul className="choices" aria-label={label}>
      {choices.map(({ id, label: words, hint }) => (
        <li key={id}>
          <button
            type="button"
            className="choice-button"
            data-chosen={id === chosen || undefined}
            aria-current={id === chosen ? "true" : undefined}
            onClick={() => onChoose(id)}
          >
            <span className="grow">
              <span className="strong">{words}</span>
              {hint && <span className="choice-note">{hint}</span>}
            </span>
            <ChevronRight aria-hidden="true" size={20} />
          </button>
        </li>
      ))}
    </ul>
  );
}
