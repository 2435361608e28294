import { type FormEvent, type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, TextField } from "../../ui/index.ts";
import type { Caption } from "./room.ts";

export interface CaptionsAreaProps {
  readonly lines: readonly Caption[];
  readonly nameOf: (person: string) => string;
  /** Whether somebody in the visit types captions. */
  readonly hasCaptioner: boolean;
}

/** What is said, as a captioner or interpreter types it: the last lines, large, below the pictures. */
export function CaptionsArea({ lines, nameOf, hasCaptioner }: CaptionsAreaProps): ReactElement {
  return (
    <section className="captions" aria-label={t("tele.captions")} aria-live="polite">
      {lines.length === 0 ? (
        <p className="captions-none">{t(hasCaptioner ? "tele.captionsSoon" : "tele.captionsNobody")}</p>
      ) : (
        lines.map((line) => (
          <p key={line.key} data-open={line.final ? undefined : ""}>
            <span className="visually-hidden">{nameOf(line.from)}: </span>
            {line.text}
          </p>
        ))
      )}
    </section>
  );
}

const LONGEST = 500;

export interface CaptionBoxProps {
  readonly onLine: (text: string, final: boolean) => void;
}

/** Where a captioner or interpreter types: others read along, and Enter ends the line. */
export function CaptionBox({ onLine }: CaptionBoxProps): ReactElement {
  const [text, setText] = useState("");

  function type(value: string): void {
    setText(value);
    onLine(value, false);
  }

  function end(event: FormEvent): void {
    event.preventDefault();
    if (!text.trim()) return;
    onLine(text.trim(), true);
    setText("");
  }

  return (
    <form className="caption-box" onSubmit={end}>
      <TextField
        label={t("tele.captionWrite")}
        hint={t("tele.captionHint")}
        value={text}
        onChange={type}
        maxLength={LONGEST}
        autoComplete="off"
      />
      <Button type="submit">{t("tele.captionEnd")}</Button>
    </form>
  );
}
