import { Mail, MailPlus, MessagesSquare } from "lucide-react";
import { type ReactElement, useRef, useState } from "react";
import { Link } from "react-aria-components";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Badge,
  ButtonLink,
  Card,
  EmptyState,
  ErrorState,
  moveTo,
  PageHead,
  RadioGroup,
  Skeleton,
  showAgo,
  showMoment,
  useKeys,
} from "../../ui/index.ts";
import { type ThreadLine, useThreads } from "./api.ts";
import type { Helpers } from "./helpers.ts";
import { ThreadView } from "./ThreadView.tsx";
import "./Messages.css";

export interface MessagesPageProps extends Helpers {
  /** The conversation that is open; empty for none. */
  readonly thread: string;
  readonly onOpen: (thread: string) => void;
}

type Which = "mine" | "every" | "unread";

/** Conversations on the left, one of them on the right; on a phone one or the other. */
export function MessagesPage({ thread, onOpen, ...helpers }: MessagesPageProps): ReactElement {
  const { isPatientFace } = useSession();
  const [which, setWhich] = useState<Which>("mine");
  const asked = which === "every" ? { every: true } : which === "unread" ? { unread: true } : {};
  const { data, error, isPending, refetch } = useThreads(asked);
  return (
    <>
      <PageHead
        title={t("messages.title")}
        lead={t(isPatientFace ? "messages.ownLead" : "messages.lead")}
        actions={
          <ButtonLink kind="primary" icon={MailPlus} href="/messages/new">
            {t(isPatientFace ? "messages.writeClinic" : "messages.new")}
          </ButtonLink>
        }
      />
      <div className="messages" data-open={thread !== "" || undefined}>
        <div className="messages-list">
          <div className="messages-filter">
            <RadioGroup
              label={t("messages.which")}
              hideLabel
              options={[
                { value: "mine", label: t(isPatientFace ? "messages.every" : "messages.mine") },
                ...(isPatientFace ? [] : [{ value: "every" as const, label: t("messages.every") }]),
                { value: "unread", label: t("messages.unreadOnly") },
              ]}
              value={which}
              onChange={setWhich}
            />
            {data && data.unread > 0 && <Badge tone="info">{t("messages.unread", { count: data.unread })}</Badge>}
          </div>
          <Card flush>
            {isPending && <Skeleton lines={6} />}
            {error && (
              <ErrorState
                title={t("messages.failed")}
                requestId={error instanceof Problem ? error.requestId : undefined}
                onRetry={() => void refetch()}
              >
                {t("messages.failedHint")}
              </ErrorState>
            )}
            {data && <Lines lines={data.threads} open={thread} which={which} onOpen={onOpen} />}
          </Card>
        </div>
        <div className="messages-thread">
          {thread ? (
            <ThreadView id={thread} {...helpers} />
          ) : (
            <Card>
              <EmptyState icon={MessagesSquare} title={t("messages.pick")}>
                {t("messages.pickHint")}
              </EmptyState>
            </Card>
          )}
        </div>
      </div>
    </>
  );
}

interface LinesProps {
  readonly lines: readonly ThreadLine[];
  readonly open: string;
  readonly which: Which;
  readonly onOpen: (thread: string) => void;
}

function Lines({ lines, open, which, onOpen }: LinesProps): ReactElement {
  const { isPatientFace } = useSession();
  const list = useRef<HTMLUListElement>(null);
  const go = (step: number) => {
    const next = moveTo(
      lines.map(({ id }) => id),
      open,
      step,
    );
    if (next) onOpen(next);
  };
  useKeys([
    { keys: "j", label: t("messages.keyNext"), onPress: () => go(1) },
    { keys: "k", label: t("messages.keyPrevious"), onPress: () => go(-1) },
  ]);
  if (lines.length === 0)
    return (
      <EmptyState icon={Mail} title={t(which === "unread" ? "messages.noneUnread" : "messages.none")}>
        {t(isPatientFace ? "messages.noneOwnHint" : "messages.noneHint")}
      </EmptyState>
    );
  return (
    <ul ref={list} className="thread-lines" aria-label={t("messages.list")}>
      {lines.map((line) => (
        <li key={line.id}>
          <Link
            href={`/messages/${line.id}`}
            className="thread-line"
            data-unread={line.unread || undefined}
            {...(line.id === open && { "aria-current": "true" as const })}
          >
            <Line line={line} isNamed={!isPatientFace} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** A conversation in a list: whose it is (in lists of several patients), what it is called, and what was last said. */
export function Line({ line, isNamed }: { line: ThreadLine; isNamed: boolean }): ReactElement {
  const { isPatientFace, person } = useSession();
  const by =
    line.lastBy.reference === person
      ? t("messages.you")
      : line.lastBy.name || (line.lastBy.reference.startsWith("Practitioner/") ? t("messages.clinic") : "");
  const at = Math.max(line.last, isPatientFace ? 0 : line.noted);
  return (
    <>
      <span className="thread-line-top">
        {line.unread && (
          <>
            <span className="unread-mark" aria-hidden="true" />
            <span className="visually-hidden">{t("messages.isUnread")}: </span>
          </>
        )}
        <span className="thread-line-name">{isNamed ? line.patient.name : line.subject}</span>
        <span className="small muted nowrap">{showAgo(at)}</span>
      </span>
      {isNamed && <span className="thread-line-subject">{line.subject}</span>}
      <span className="small muted">
        {by ? t("messages.lastBy", { who: by, time: showMoment(line.last) }) : showMoment(line.last)}
      </span>
      {line.waiting && (
        <span>
          <Badge tone="warning">{t(isPatientFace ? "messages.waitingOwn" : "messages.waiting")}</Badge>
        </span>
      )}
    </>
  );
}
