import { RotateCw, SendHorizontal } from "lucide-react";
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, EmptyState, showTime, TextField } from "../../ui/index.ts";
import type { Said } from "./room.ts";

const LONGEST = 2000;

export interface ChatPanelProps {
  readonly lines: readonly Said[];
  readonly me: string;
  readonly nameOf: (person: string) => string;
  readonly onSend: (text: string) => void;
  readonly onAgain: (cid: string) => void;
}

/** What is written during the visit; it is kept with it. */
export function ChatPanel({ lines, me, nameOf, onSend, onAgain }: ChatPanelProps): ReactElement {
  const [text, setText] = useState("");
  const log = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is a reason to show it
  useEffect(() => {
    log.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [lines.length]);

  function send(event: FormEvent): void {
    event.preventDefault();
    const said = text.trim();
    if (!said) return;
    onSend(said);
    setText("");
  }

  return (
    <div className="chat">
      <p className="muted small">{t("tele.chatKept")}</p>
      <div className="chat-log" role="log" aria-label={t("tele.chat")} tabIndex={lines.length > 0 ? 0 : undefined}>
        {lines.length === 0 ? (
          <EmptyState title={t("tele.chatNone")}>{t("tele.chatNoneHint")}</EmptyState>
        ) : (
          <ol ref={log}>
            {lines.map((line) => (
              <li key={line.cid} className="chat-line" data-mine={line.from === me || undefined}>
                <span className="chat-who">
                  <span className="strong">{line.from === me ? t("tele.you") : nameOf(line.from)}</span>{" "}
                  <span className="muted tabular">{showTime(line.at)}</span>
                </span>
                <span className="chat-text">{line.text}</span>
                {line.sending === "waits" && <span className="muted small">{t("tele.chatSending")}</span>}
                {line.sending === "failed" && (
                  <span className="row chat-failed" role="alert">
                    {t("tele.chatFailed")}
                    <Button size="small" kind="quiet" icon={RotateCw} onPress={() => onAgain(line.cid)}>
                      {t("ui.retry")}
                    </Button>
                  </span>
                )}
              </li>
            ))}
          </ol>
        )}
      </div>
      <form className="chat-form" onSubmit={send}>
        <TextField
          label={t("tele.chatWrite")}
          hideLabel
          placeholder={t("tele.chatWrite")}
          value={text}
          onChange={setText}
          maxLength={LONGEST}
          autoComplete="off"
        />
        <Button type="submit" kind="primary" icon={SendHorizontal}>
          {t("tele.chatSend")}
        </Button>
      </form>
    </div>
  );
}
