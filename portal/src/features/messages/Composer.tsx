import { Paperclip, Send, StickyNote, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft, useSession } from "../../session/index.ts";
import { Banner, Button, IconButton, RadioGroup, showTime, TextField, toast } from "../../ui/index.ts";
import { AttachDialog } from "./AttachDialog.tsx";
import { useSay } from "./api.ts";
import type { Helpers } from "./helpers.ts";
import { MOST_LETTERS, newKey } from "./reading.ts";

interface Written {
  readonly key: string;
  readonly text: string;
  readonly isNote: boolean;
  readonly documents: readonly { readonly id: string; readonly title: string }[];
}

const NOTHING: Written = { key: "", text: "", isNote: false, documents: [] };

export interface ComposerProps extends Pick<Helpers, "uploadArea"> {
  readonly thread: string;
  readonly patientId: string;
}

/** What is said next. It is kept while one looks elsewhere, and its key makes sending it twice sending it once. */
export function Composer({ thread, patientId, uploadArea }: ComposerProps): ReactElement {
  const { isPatientFace } = useSession();
  const draft = useDraft<Written>(`message/${thread}`, NOTHING);
  const say = useSay();
  const [missing, setMissing] = useState(false);
  const [attaching, setAttaching] = useState(false);
  const { text, isNote, documents } = draft.value;
  const change = (part: Partial<Written>) => draft.change((now) => ({ ...now, key: now.key || newKey(), ...part }));

  async function send(): Promise<void> {
    if (text.trim() === "" && documents.length === 0) return setMissing(true);
    const key = draft.value.key || newKey();
    await say.mutateAsync({ thread, isNote, body: { key, text, attachments: documents.map(({ id }) => id) } });
    draft.discard();
    toast({ text: t(isNote ? "messages.noted" : "messages.sent"), tone: "success" });
  }

  const left = MOST_LETTERS - text.length;
  return (
    <form
      className="composer"
      data-note={isNote || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        void send().catch(() => undefined);
      }}
    >
      {say.error && (
        <Banner tone="danger" role="alert" title={t("messages.notSent")}>
          {say.error instanceof Problem && say.error.detail ? `${say.error.detail}. ` : ""}
          {t("messages.notSentHint")}
        </Banner>
      )}
      {!isPatientFace && (
        <RadioGroup
          label={t("messages.kind")}
          hideLabel
          options={[
            { value: "answer", label: t("messages.asAnswer") },
            { value: "note", label: t("messages.asNote") },
          ]}
          value={isNote ? "note" : "answer"}
          onChange={(kind) => change({ isNote: kind === "note" })}
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
        <Button kind="primary" type="submit" icon={isNote ? StickyNote : Send} isPending={say.isPending}>
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
