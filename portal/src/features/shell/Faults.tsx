import { Hourglass, SearchX, ServerOff } from "lucide-react";
import { type ReactElement, useEffect } from "react";
import { useRouteError } from "react-router";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useEdition } from "../../session/index.ts";
import { Button, ButtonLink, EmptyState, ErrorState } from "../../ui/index.ts";

/** There is no such page. */
export function NotFound(): ReactElement {
  return (
    <EmptyState
      isPage
      icon={SearchX}
      title={t("shell.notFound")}
      actions={
        <ButtonLink kind="primary" href="/">
          {t("shell.toStart")}
        </ButtonLink>
      }
    >
      {t("shell.notFoundHint")}
    </EmptyState>
  );
}

interface DownProps {
  readonly onRetry: () => void;
  readonly problem?: Error | null;
}

/** What a refusal that says no time is waited for. */
const WAIT_SECONDS = 60;

/** The server gives no session, and there is nothing on the page to read yet. */
export function Down({ onRetry, problem }: DownProps): ReactElement {
  return problem instanceof Problem && problem.status === 429 ? (
    <Busy seconds={problem.retryAfter ?? WAIT_SECONDS} onRetry={onRetry} requestId={problem.requestId} />
  ) : (
    <Unanswered onRetry={onRetry} problem={problem ?? null} />
  );
}

interface BusyProps {
  readonly seconds: number;
  readonly onRetry: () => void;
  readonly requestId: string | undefined;
}

/** More was asked in a minute than is answered: it goes on by itself. */
function Busy({ seconds, onRetry, requestId }: BusyProps): ReactElement {
  useEffect(() => {
    const timer = setTimeout(onRetry, seconds * 1000);
    return () => clearTimeout(timer);
  }, [seconds, onRetry]);
  return (
    <main className="whole-page">
      <Hourglass aria-hidden="true" size={32} strokeWidth={1.5} />
      <ErrorState isPage title={t("shell.busy")} requestId={requestId}>
        {t("shell.busyHint", { count: seconds })}
      </ErrorState>
    </main>
  );
}

function Unanswered({ onRetry, problem }: Required<DownProps>): ReactElement {
  const support = useEdition().data?.supportEmail ?? t("shell.downSupport");
  const requestId = problem instanceof Problem ? problem.requestId : undefined;
  return (
    <main className="whole-page">
      <ServerOff aria-hidden="true" size={32} strokeWidth={1.5} />
      <ErrorState isPage title={t("shell.down")} onRetry={onRetry} requestId={requestId}>
        {t("shell.downHint", { support })}
      </ErrorState>
    </main>
  );
}

/** What the router shows when a page throws, or when its code is of an older version than the server's. */
export function Crash(): ReactElement {
  const error = useRouteError();
  const isStale = error instanceof TypeError && /import|module/i.test(error.message);
  return (
    <ErrorState
      isPage
      title={isStale ? t("shell.updated") : t("shell.crashed")}
      requestId={error instanceof Problem ? error.requestId : undefined}
      actions={
        <>
          <Button kind="primary" onPress={() => location.reload()}>
            {t("shell.reload")}
          </Button>
          <ButtonLink href="/">{t("shell.toStart")}</ButtonLink>
        </>
      }
    >
      {isStale ? t("shell.updatedHint") : t("shell.crashedHint")}
    </ErrorState>
  );
}
