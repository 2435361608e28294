import { MailPlus, MessagesSquare } from "lucide-react";
import type { ReactElement } from "react";
import { Link } from "react-aria-components";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { ButtonLink, Card, EmptyState, ErrorState, Skeleton } from "../../ui/index.ts";
import { useThreads } from "./api.ts";
import { Line } from "./MessagesPage.tsx";
import "./Messages.css";

/** One patient's conversations, whoever answers them; each opens on its own page. */
export function ThreadsSection({ patientId }: { patientId: string }): ReactElement {
  const { data, error, isPending, refetch } = useThreads({ patient: patientId });
  return (
    <Card
      title={t("messages.title")}
      flush
      actions={
        <ButtonLink size="small" icon={MailPlus} href="/messages/new">
          {t("messages.new")}
        </ButtonLink>
      }
    >
      {isPending && <Skeleton lines={4} />}
      {error && (
        <ErrorState
          title={t("messages.failed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        >
          {t("messages.failedHint")}
        </ErrorState>
      )}
      {data?.threads.length === 0 && <EmptyState icon={MessagesSquare} title={t("messages.none")} />}
      <ul className="thread-lines" aria-label={t("messages.list")}>
        {data?.threads.map((line) => (
          <li key={line.id}>
            <Link href={`/messages/${line.id}`} className="thread-line" data-unread={line.unread || undefined}>
              <Line line={line} isNamed={false} />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
