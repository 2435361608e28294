import { ArrowDown, ArrowLeft, CircleOff, MailOpen, StickyNote } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { PresenceMark, useFeed, useWriters } from "../../live/index.ts";
import { useDraft, useSession } from "../../session/index.ts";
import {
  Badge,
  Banner,
  Button,
  ButtonLink,
  Card,
  Dialog,
  ErrorState,
  Skeleton,
  showDay,
  showMoment,
  TextField,
  toast,
  useKeys,
} from "../../ui/index.ts";
import { Attachments } from "./Attachments.tsx";
import {
  type DocumentLine,
  type Message,
  type Thread,
  useDocumentsOf,
  useMarkUnread,
  useSettle,
  useThread,
} from "./api.ts";
import { Composer } from "./Composer.tsx";
import { useIsInView, useNewest, useReading, useStill } from "./coming.ts";
import type { Helpers } from "./helpers.ts";
import { Outgoing } from "./Outgoing.tsx";
import { firstUnread, grouped, readers } from "./reading.ts";
import { useOutgoing, type Written, writtenAnew } from "./sending.ts";

interface ThreadViewProps extends Helpers {
  readonly id: string;
}

/** One conversation, oldest first. Opening it marks it as read, for oneself alone. */
export function ThreadView({ id, ...helpers }: ThreadViewProps): ReactElement {
  const { isPatientFace } = useSession();
  useFeed(`thread:${id}`);
  useFeed(isPatientFace ? "" : `notes:${id}`);
  const { data, error, isPending, refetch } = useThread(id);
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error || !data)
    return (
      <Card>
        <ErrorState
          title={t("messages.failed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
          actions={<ButtonLink href="/messages">{t("messages.back")}</ButtonLink>}
        >
          {t("messages.failedHint")}
        </ErrorState>
      </Card>
    );
  return <Opened key={id} thread={data} {...helpers} />;
}

function Opened({ thread, ...helpers }: Helpers & { thread: Thread }): ReactElement {
  const { isPatientFace } = useSession();
  const [fresh] = useState(() => firstUnread(thread));
  const patientId = thread.patient.reference.replace(/^Patient\//, "");
  const brings = thread.messages.some(({ attachments }) => attachments.length > 0);
  const documents = useDocumentsOf(patientId, brings);
  const outgoing = useOutgoing(thread.id, thread.messages);
  const draft = useDraft<Written | null>(`message/${thread.id}`, null);
  const newest = useNewest(thread.messages);
  const list = useRef<HTMLOListElement>(null);
  const foot = useRef<HTMLDivElement>(null);
  useStill(list, foot);
  const end = useRef<HTMLDivElement>(null);
  const unseen = useReading(thread, useIsInView(end));
  useKeys([
    {
      keys: "a",
      label: t("messages.keyAnswer"),
      onPress: () => document.querySelector<HTMLElement>("#message-text, .composer textarea")?.focus(),
    },
  ]);
  const read = readers(thread, isPatientFace);
  return (
    <Card
      title={thread.subject}
      flush
      actions={!isPatientFace && <ThreadActions thread={thread} patientId={patientId} />}
    >
      <div className="thread-head">
        <span className="thread-back">
          <ButtonLink href="/messages" size="small" kind="quiet" icon={ArrowLeft}>
            {t("messages.back")}
          </ButtonLink>
        </span>
        {!isPatientFace && (
          <span>
            <span className="strong">{thread.patient.name}</span>{" "}
            {thread.patient.born && (
              <span className="muted nowrap">{t("messages.born", { date: showDay(thread.patient.born) })}</span>
            )}
          </span>
        )}
        <Badge>{t("messages.topic", { about: thread.about })}</Badge>
        {thread.waiting ? (
          <Badge tone="warning">{t(isPatientFace ? "messages.waitingOwn" : "messages.waiting")}</Badge>
        ) : (
          <Badge tone="success">{t("messages.answered")}</Badge>
        )}
        {!isPatientFace && <span className="small muted">{t("messages.team", { team: thread.team })}</span>}
        {!isPatientFace && <Colleagues thread={thread} />}
      </div>
      <ol ref={list} className="thread">
        {grouped(thread.messages).map((group) => (
          <Group
            key={group[0]?.id}
            group={group}
            fresh={fresh}
            documents={documents.data ?? []}
            viewer={helpers.viewer}
          />
        ))}
        <Outgoing {...outgoing} onEdit={(one) => draft.change((now) => writtenAnew(one, now))} />
      </ol>
      <div ref={end} />
      {unseen && (
        <p className="thread-below">
          <Button icon={ArrowDown} onPress={() => end.current?.scrollIntoView({ block: "center" })}>
            {t("messages.cameIn", { who: whoWrote(unseen, isPatientFace) })}
          </Button>
        </p>
      )}
      <p className="visually-hidden" role="status">
        {newest && t("messages.cameIn", { who: whoWrote(newest, isPatientFace) })}
      </p>
      {read && (
        <p className="small muted thread-read">
          {read.by === "clinic" && t("messages.readByClinic")}
          {read.by === "patient" && t("messages.readByPatient")}
          {read.by === "names" && t("messages.readBy", { who: read.names })}
        </p>
      )}
      {isPatientFace && (
        <div className="thread-expect">
          <Banner tone="warning" title={t("messages.emergency")}>
            {t("messages.expect")}
          </Banner>
        </div>
      )}
      <div ref={foot}>
        <Writers thread={thread.id} />
        <Composer thread={thread.id} patientId={patientId} uploadArea={helpers.uploadArea} onSend={outgoing.send} />
      </div>
    </Card>
  );
}

interface GroupProps extends Pick<Helpers, "viewer"> {
  readonly group: readonly Message[];
  readonly fresh: string | null;
  readonly documents: readonly DocumentLine[];
}

function Group({ group, fresh, documents, viewer }: GroupProps): ReactElement | null {
  const { isPatientFace } = useSession();
  const [first] = group;
  if (!first) return null;
  const who = first.own ? t("messages.you") : whoWrote(first, isPatientFace);
  return (
    <li className="said" data-own={first.own || undefined} data-note={first.note || undefined}>
      <p className="said-who">
        <span className="strong">{who}</span>
        {first.note && (
          <Badge tone="warning" icon={StickyNote}>
            {t("messages.note")}
          </Badge>
        )}
      </p>
      {group.map((message) => (
        <div key={message.id} className="said-one">
          {message.id === fresh && <Badge tone="info">{t("messages.isUnread")}</Badge>}
          {message.text && <p className="said-text">{message.text}</p>}
          {message.attachments.length > 0 && (
            <Attachments attachments={message.attachments} documents={documents} viewer={viewer} />
          )}
          <p className="small muted">
            <time dateTime={message.at}>{showMoment(message.at)}</time>
          </p>
        </div>
      ))}
    </li>
  );
}

const whoWrote = ({ sender, staff }: Message, isPatientFace: boolean): string =>
  sender.name || (isPatientFace && staff ? t("messages.clinic") : t("messages.patient"));

/** Which of the colleagues who have written here are there now. */
function Colleagues({ thread }: { thread: Thread }): ReactElement {
  const wrote = thread.messages.filter(({ staff, own, sender }) => staff && !own && sender.name);
  const each = [...new Map(wrote.map(({ sender }) => [sender.reference, sender.name])).entries()];
  return (
    <>
      {each.map(([reference, name]) => (
        <PresenceMark key={reference} person={reference} name={name} />
      ))}
    </>
  );
}

/** Who is writing; its line is always there, so that nothing moves. */
function Writers({ thread }: { thread: string }): ReactElement {
  const writers = useWriters(thread);
  const [first] = writers;
  return (
    <p className="thread-writers small muted" role="status">
      {first && (
        <>
          <span className="writing-dots" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          {writers.length === 1 ? t("messages.writes", { who: first.name }) : t("messages.severalWrite")}
        </>
      )}
    </p>
  );
}

function ThreadActions({ thread, patientId }: { thread: Thread; patientId: string }): ReactElement {
  const { may } = useSession();
  const [settling, setSettling] = useState(false);
  const unread = useMarkUnread();
  const mark = () =>
    unread.mutate(thread.id, { onSuccess: () => toast({ text: t("messages.markedUnread"), tone: "success" }) });
  useKeys([{ keys: "u", label: t("messages.keyUnread"), onPress: mark }]);
  return (
    <>
      {may("Condition.read") && (
        <ButtonLink size="small" kind="quiet" href={`/patients/${patientId}`}>
          {t("messages.openChart")}
        </ButtonLink>
      )}
      <Button size="small" kind="quiet" icon={MailOpen} onPress={mark}>
        {t("messages.markUnread")}
      </Button>
      {thread.waiting && (
        <Button size="small" icon={CircleOff} onPress={() => setSettling(true)}>
          {t("messages.settle")}
        </Button>
      )}
      {settling && <SettleDialog thread={thread.id} onClose={() => setSettling(false)} />}
    </>
  );
}

function SettleDialog({ thread, onClose }: { thread: string; onClose: () => void }): ReactElement {
  const settle = useSettle();
  const [reason, setReason] = useState("");
  async function act(): Promise<void> {
    await settle.mutateAsync({ thread, reason });
    toast({ text: t("messages.settled"), tone: "success" });
    onClose();
  }
  return (
    <Dialog
      title={t("messages.settleTitle")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" isPending={settle.isPending} onPress={() => void act().catch(() => undefined)}>
            {t("messages.settle")}
          </Button>
        </>
      }
    >
      {settle.error && <Banner tone="danger" role="alert" title={t("messages.notSaved")} />}
      <p className="muted">{t("messages.settleLead")}</p>
      <TextField label={t("messages.settleWhy")} optional value={reason} onChange={setReason} maxLength={500} />
    </Dialog>
  );
}
