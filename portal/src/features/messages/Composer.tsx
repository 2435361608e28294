import { Paperclip, Send, StickyNote, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { useSayTyping } from "../../live/index.ts";
import { useDraft, useSession } from "../../session/index.ts";
import { Button, IconButton, RadioGroup, showTime, TextField } from "../../ui/index.ts";
import { AttachDialog } from "./AttachDialog.tsx";
import type { Helpers } from "./helpers.ts";
import { MOST_LETTERS, newKey } from "./reading.ts";
import type { Written } from "./sending.ts";

const NOTHING: Written = { key: "", text: "", isNote: false, documents: [] };

export interface ComposerProps extends Pick<Helpers, "uploadArea"> {
  readonly thread: string;
  readonly patientId: string;
  readonly onSend: (written: Written) => void;
}

/** What is said next. It is kept while one looks elsewhere, and its key makes sending it twice sending it once. */
export function Composer({ thread, patientId, uploadArea, onSend }: ComposerProps): ReactElement {
  const { isPatientFace } = useSession();
  const draft = useDraft<Written>(`message/${thread}`, NOTHING);
  const sayTyping = useSayTyping(thread);
  const [missing, setMissing] = useState(false);
  const [attaching, setAttaching] = useState(false);
  const { text, isNote, documents } = draft.value;
  const change = (part: Partial<Written>) => draft.change((now) => ({ ...now, key: now.key || newKey(), ...part }));

  function send(): void {
    if (text.trim() === "" && documents.length === 0) {
      setMissing(true);
      return;
    }
    sayTyping(false);
    onSend({ ...draft.value, key: draft.value.key || newKey() });
    draft.discard();
  }

  const left = MOST_LETTERS - text.length;
  return (
    <form
      className="composer"
      data-note={isNote || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {!isPatientFace && (
        <RadioGroup
          label={t("messages.kind")}
          hideLabel
          options={[
            { value: "answer", label: t("messages.asAnswer") },
            { value: "note", label: t("messages.asNote") },
          ]}
          value={isNote ? "note" : "answer"}
          onChange={(kind) => {
            sayTyping(false);
            change({ isNote: kind === "note" });
          }}
        />
      )}
      <TextField
        id="message-text"
        label={t(isNote ? "messages.note" : "messages.answer")}
        rows={4}
        value={text}
        maxLength={MOST_LETTERS}
        onChange={(now) => {
          setMissing(false);
          change({ text: now });
          // A note is nothing that the patient is to wait for.
          if (!isNote) sayTyping(now.trim() !== "");
        }}
        hint={isNote ? t("messages.noteHint") : undefined}
        error={missing ? t("messages.needText") : undefined}
      />
      {documents.length > 0 && (
        <ul className="attached">
          {documents.map((one) => (
            <li key={one.id}>
              <Paperclip aria-hidden="true" size={14} />
              <span className="grow">{one.title}</span>
              <IconButton
                icon={X}
                size="small"
                label={t("messages.detach", { title: one.title })}
                onPress={() => change({ documents: documents.filter(({ id }) => id !== one.id) })}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="row composer-foot">
        <Button kind="primary" type="submit" icon={isNote ? StickyNote : Send}>
          {t(isNote ? "messages.sendNote" : "messages.send")}
        </Button>
        <Button icon={Paperclip} onPress={() => setAttaching(true)}>
          {t("messages.attach")}
        </Button>
        <span className="small muted" role="status">
          {left < 500
            ? t("messages.left", { count: left })
            : draft.savedAt !== null && t("messages.kept", { time: showTime(draft.savedAt) })}
        </span>
      </div>
      {attaching && (
        <AttachDialog
          patientId={patientId}
          chosen={documents}
          onChange={(now) => change({ documents: now })}
          onClose={() => setAttaching(false)}
          uploadArea={uploadArea}
        />
      )}
    </form>
  );
}
