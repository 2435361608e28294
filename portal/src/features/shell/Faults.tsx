import { SearchX, ServerOff } from "lucide-react";
import type { ReactElement } from "react";
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

/** The server does not answer, and there is nothing on the page to read yet. */
export function Down({ onRetry, problem }: { onRetry: () => void; problem?: Error | null }): ReactElement {
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
