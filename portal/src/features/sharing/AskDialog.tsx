import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog, showDay, TextField, toast } from "../../ui/index.ts";
import { type Seen, whoText } from "./seen.ts";

interface AskProps {
  readonly patient: string;
  /** What is asked about; `null` when nothing is. */
  readonly line: Seen | null;
  readonly onClose: () => void;
}

/** A question to the security officer about one line of who saw the record; the answer comes as a message. */
export function AskDialog({ patient, line, onClose }: AskProps): ReactElement {
  return (
    <Dialog title={t("seen.askTitle")} isOpen={line !== null} onClose={onClose}>
      {line && <Question key={line.entry} patient={patient} line={line} onClose={onClose} />}
    </Dialog>
  );
}

function Question({ patient, line, onClose }: AskProps & { readonly line: Seen }): ReactElement {
  const [text, setText] = useState("");
  const [key] = useState(() => crypto.randomUUID());
  const about = t("seen.askAbout", { who: whoText(line), day: showDay(line.day) });
  const send = useMutation({
    mutationFn: (body: Schemas["NewThread"]) => answer(api.POST("/api/messages/threads", { body })),
    onSuccess: () => {
      toast({ text: t("seen.asked"), tone: "success" });
      onClose();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    send.mutate({
      key,
      patient,
      about: "privacy",
      entry: line.entry,
      subject: t("seen.askSubject", { day: showDay(line.day) }),
      text: `${about}\n\n${text.trim()}`,
      attachments: [],
      to: [],
    });
  }

  return (
    <form className="stack" onSubmit={submit}>
      <p>{about}</p>
      <p className="muted">{t("seen.askLead")}</p>
      {send.isError && (
        <Banner tone="danger" role="alert">
          {send.error instanceof Problem && send.error.detail ? send.error.detail : t("sharing.saveFailed")}
        </Banner>
      )}
      <TextField label={t("seen.askText")} rows={4} maxLength={3000} value={text} onChange={setText} autoFocus />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={send.isPending} isDisabled={!text.trim()}>
          {t("seen.send")}
        </Button>
      </div>
    </form>
  );
}
