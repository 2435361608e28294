import { ArrowLeft, CircleOff, MailOpen, StickyNote } from "lucide-react";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
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
  useMarkRead,
  useMarkUnread,
  useSettle,
  useThread,
} from "./api.ts";
import { Composer } from "./Composer.tsx";
import type { Helpers } from "./helpers.ts";
import { firstUnread, grouped, readers, readUpTo } from "./reading.ts";

interface ThreadViewProps extends Helpers {
  readonly id: string;
}

/** One conversation, oldest first. Opening it marks it as read, for oneself alone. */
export function ThreadView({ id, ...helpers }: ThreadViewProps): ReactElement {
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
  useReading(thread);
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
      </div>
      <ol className="thread">
        {grouped(thread.messages).map((group) => (
          <Group
            key={group[0]?.id}
            group={group}
            fresh={fresh}
            documents={documents.data ?? []}
            viewer={helpers.viewer}
          />
        ))}
      </ol>
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
      <Composer thread={thread.id} patientId={patientId} uploadArea={helpers.uploadArea} />
    </Card>
  );
}

/** Marks as read what is on the page, once for each new message. */
function useReading(thread: Thread): void {
  const { mutate } = useMarkRead();
  const upTo = readUpTo(thread);
  const marked = useRef(0);
  useEffect(() => {
    if (upTo <= Math.max(thread.seen, marked.current)) return;
    marked.current = upTo;
    mutate({ thread: thread.id, at: upTo });
  }, [thread.id, thread.seen, upTo, mutate]);
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
  const who = first.own
    ? t("messages.you")
    : first.sender.name || (isPatientFace && first.staff ? t("messages.clinic") : t("messages.patient"));
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
