import { Circle, CircleCheck, CircleDashed, CircleX, Square } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Dialog } from "../../ui/index.ts";
import { inside, type Person } from "./people.ts";
import { hostNames, isAsked, selfOf, type Whole } from "./room.ts";

export interface RecordingProps {
  readonly whole: Whole;
  readonly onAnswer: (yes: boolean) => void;
  readonly onStop: () => void;
}

/** As long as a visit is recorded this stands in it, for everybody, and everybody can end it. */
export function RecordingMark({ whole, onStop }: Omit<RecordingProps, "onAnswer">): ReactElement | null {
  if (whole.recording !== "on") return null;
  return (
    <div className="recording-mark">
      <Circle className="recording-dot" aria-hidden="true" size={12} fill="currentColor" />
      <span className="strong grow">{t("tele.recording")}</span>
      <Button size="small" icon={Square} onPress={onStop}>
        {t("tele.recordingStop")}
      </Button>
    </div>
  );
}

/** The question put to everybody; nothing is recorded before all have said yes. */
export function RecordingAsk({ whole, onAnswer }: Omit<RecordingProps, "onStop">): ReactElement {
  return (
    <Dialog
      title={t("tele.recordingAskTitle")}
      isOpen={isAsked(whole)}
      onClose={() => onAnswer(false)}
      role="alertdialog"
      actions={
        <>
          <Button onPress={() => onAnswer(false)}>{t("tele.recordingNo")}</Button>
          <Button kind="primary" onPress={() => onAnswer(true)}>
            {t("tele.recordingYes")}
          </Button>
        </>
      }
    >
      <p>{t("tele.recordingAskBy", { name: askedBy(whole) })}</p>
      <p className="muted">{t("tele.recordingAskHint")}</p>
    </Dialog>
  );
}

/** Only a host asks, and whoever asks has said yes by it. */
const askedBy = (whole: Whole): string =>
  whole.people.find(({ part, answer }) => part === "host" && answer === "yes")?.name || hostNames(whole);

/** Everybody's answer as it comes, for whoever has answered and waits for the others. */
export function RecordingAnswers({ whole, onStop }: Omit<RecordingProps, "onAnswer">): ReactElement | null {
  if (whole.recording !== "asked" || !selfOf(whole)?.answer) return null;
  return (
    <Banner
      role="status"
      title={t("tele.recordingWaits")}
      actions={
        <Button size="small" onPress={onStop}>
          {t("tele.recordingCancel")}
        </Button>
      }
    >
      <ul className="answers">
        {inside(whole.people, whole.me).map((person) => (
          <li key={person.id} className="row" data-gap="1">
            <Answer person={person} />
            {person.id === whole.me ? t("tele.you") : person.name}: {t(`tele.answer.${person.answer || "none"}`)}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function Answer({ person }: { person: Person }): ReactElement {
  const Icon = !person.answer ? CircleDashed : person.answer === "yes" ? CircleCheck : CircleX;
  return <Icon aria-hidden="true" size={16} />;
}
