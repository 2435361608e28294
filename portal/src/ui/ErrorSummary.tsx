import { type MouseEvent, type ReactElement, useEffect, useRef } from "react";
import { t } from "../i18n/index.ts";

export interface Mistake {
  /** The id of the field it is about. */
  readonly field: string;
  readonly message: string;
}

/** What stopped a form from being sent, above it, with a way to each field (GOV.UK Design System, "Error summary"). */
export function ErrorSummary({ mistakes }: { mistakes: readonly Mistake[] }): ReactElement | null {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (mistakes.length > 0) box.current?.focus();
  }, [mistakes]);
  if (mistakes.length === 0) return null;

  function go(event: MouseEvent, field: string): void {
    event.preventDefault();
    document.getElementById(field)?.focus();
  }

  return (
    <div ref={box} className="error-summary" role="alert" tabIndex={-1}>
      <h2>{t("ui.errorSummary")}</h2>
      <ul>
        {mistakes.map(({ field, message }) => (
          <li key={field}>
            <a href={`#${field}`} onClick={(event) => go(event, field)}>
              {message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
