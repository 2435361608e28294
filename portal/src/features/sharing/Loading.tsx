import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Card, ErrorState, Skeleton } from "../../ui/index.ts";

/** What `query` brought, or that it is on its way, or that it failed; what failed is not shown as it was before. */
export function Loading<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}): ReactElement {
  if (query.isError)
    return (
      <ErrorState
        title={t("sharing.failed")}
        requestId={query.error instanceof Problem ? query.error.requestId : undefined}
        onRetry={() => query.refetch()}
      >
        {t("sharing.failedHint")}
      </ErrorState>
    );
  if (query.data !== undefined) return <>{children(query.data)}</>;
  return (
    <Card>
      <Skeleton lines={5} />
    </Card>
  );
}
