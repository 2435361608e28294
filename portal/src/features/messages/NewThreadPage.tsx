import { Paperclip, Send, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft, useSession } from "../../session/index.ts";
import {
  Banner,
  Button,
  Card,
  ErrorSummary,
  IconButton,
  type Mistake,
  type Option,
  PageHead,
  RadioGroup,
  showTime,
  TextField,
  toast,
} from "../../ui/index.ts";
import { AttachDialog } from "./AttachDialog.tsx";
import { type About, useBegin } from "./api.ts";
import type { Helpers, Whose } from "./helpers.ts";
import { MOST_LETTERS, newKey } from "./reading.ts";
import "./Messages.css";

interface Written {
  readonly key: string;
  readonly patient: Whose | null;
  readonly about: About | null;
  readonly subject: string;
  readonly text: string;
  readonly documents: readonly { readonly id: string; readonly title: string }[];
}

const NOTHING: Written = { key: "", patient: null, about: null, subject: "", text: "", documents: [] };
const MOST_SUBJECT = 120;

export interface NewThreadPageProps extends Pick<Helpers, "uploadArea" | "picker"> {
  readonly onSent: (thread: string) => void;
  readonly onCancel: () => void;
}

/** A conversation to begin: whose, about what, in which words. */
export function NewThreadPage({ onSent, onCancel, uploadArea, picker }: NewThreadPageProps): ReactElement {
  const { isPatientFace, patient: own } = useSession();
  const draft = useDraft<Written>("message/new", NOTHING);
  const begin = useBegin();
  const [attaching, setAttaching] = useState(false);
  const [shown, setShown] = useState<readonly Mistake[]>([]);
  const { about, subject, text, documents, patient } = draft.value;
  const change = (part: Partial<Written>) => draft.change((now) => ({ ...now, key: now.key || newKey(), ...part }));
  const whose = isPatientFace ? (own ?? "") : (patient?.id ?? "");
  const complaint = (field: string) => shown.find((one) => one.field === field)?.message;

  async function send(): Promise<void> {
    const wrong = mistakes(draft.value, whose);
    setShown(wrong);
    if (wrong.length > 0 || !about) return;
    const key = draft.value.key || newKey();
    const sent = await begin.mutateAsync({
      key,
      subject,
      text,
      about,
      patient: whose,
      attachments: documents.map(({ id }) => id),
      to: [],
    });
    draft.discard();
    toast({ text: t("messages.sent"), tone: "success" });
    onSent(sent.thread);
  }

  return (
    <>
      <PageHead title={t(isPatientFace ? "messages.writeClinic" : "messages.new")} />
      <div className="new-message stack">
        {isPatientFace && (
          <Banner tone="warning" title={t("messages.emergency")}>
            {t("messages.expect")}
          </Banner>
        )}
        <ErrorSummary mistakes={shown} />
        {begin.error && (
          <Banner tone="danger" role="alert" title={t("messages.notSent")}>
            {begin.error instanceof Problem && begin.error.detail ? `${begin.error.detail}. ` : ""}
            {t("messages.notSentHint")}
          </Banner>
        )}
        <Card>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void send().catch(() => undefined);
            }}
          >
            {!isPatientFace && (
              <div id="patient">{picker(patient, (one) => change({ patient: one }), complaint("patient"))}</div>
            )}
            <RadioGroup
              id="about"
              label={t("messages.about")}
              options={isPatientFace ? forPatients() : forStaff()}
              value={about}
              onChange={(now) => change({ about: now })}
              error={complaint("about")}
            />
            <TextField
              id="subject"
              label={t("messages.subject")}
              hint={t("messages.subjectHint")}
              value={subject}
              maxLength={MOST_SUBJECT}
              onChange={(now) => change({ subject: now })}
              error={complaint("subject")}
            />
            <TextField
              id="text"
              label={t("messages.text")}
              rows={8}
              value={text}
              maxLength={MOST_LETTERS}
              onChange={(now) => change({ text: now })}
              error={complaint("text")}
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
              <Button kind="primary" type="submit" icon={Send} isPending={begin.isPending}>
                {t("messages.send")}
              </Button>
              {whose && (
                <Button icon={Paperclip} onPress={() => setAttaching(true)}>
                  {t("messages.attach")}
                </Button>
              )}
              <Button kind="quiet" onPress={onCancel}>
                {t("ui.cancel")}
              </Button>
              <span className="small muted" role="status">
                {draft.savedAt !== null && t("messages.kept", { time: showTime(draft.savedAt) })}
              </span>
            </div>
          </form>
        </Card>
      </div>
      {attaching && (
        <AttachDialog
          patientId={whose}
          chosen={documents}
          onChange={(now) => change({ documents: now })}
          onClose={() => setAttaching(false)}
          uploadArea={uploadArea}
        />
      )}
    </>
  );
}

const forPatients = (): readonly Option<About>[] => [
  { value: "health", label: t("messages.aboutHealth"), hint: t("messages.aboutHealthHint") },
  { value: "visit", label: t("messages.aboutVisit"), hint: t("messages.aboutVisitHint") },
  { value: "other", label: t("messages.aboutOther"), hint: t("messages.aboutOtherHint") },
];

/** The same, with who reads what the patient answers. */
const forStaff = (): readonly Option<About>[] => [
  { value: "health", label: t("messages.topic", { about: "health" }), hint: t("messages.team", { team: "nurse" }) },
  { value: "visit", label: t("messages.topic", { about: "visit" }), hint: t("messages.team", { team: "front-desk" }) },
  { value: "other", label: t("messages.topic", { about: "other" }), hint: t("messages.team", { team: "front-desk" }) },
];

/** What is missing, in the order of the form. */
function mistakes({ about, subject, text, documents }: Written, whose: string): Mistake[] {
  return [
    !whose && { field: "patient", message: t("messages.needPatient") },
    !about && { field: "about", message: t("messages.needAbout") },
    !subject.trim() && { field: "subject", message: t("messages.needSubject") },
    !text.trim() && documents.length === 0 && { field: "text", message: t("messages.needText") },
  ].filter((one) => one !== false);
}
