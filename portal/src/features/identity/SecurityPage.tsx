import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { answer, api, Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useEdition } from "../../session/index.ts";
import { ErrorState, PageHead, Skeleton } from "../../ui/index.ts";
import { Passkeys } from "./Passkeys.tsx";
import { PasswordCard } from "./PasswordCard.tsx";
import { SecondStep } from "./SecondStep.tsx";
import { Sessions } from "./Sessions.tsx";
import "./identity.css";

export const SECURITY_KEY = ["security"] as const;

/** How one's account is protected, and where it is signed in. */
export function SecurityPage(): ReactElement {
  const client = useQueryClient();
  const hasPasskeys = useEdition().data?.passkeys ?? false;
  const security = useQuery({ queryKey: SECURITY_KEY, queryFn: () => answer(api.GET("/api/account/security")) });
  const reload = (): void => void client.invalidateQueries({ queryKey: SECURITY_KEY });
  return (
    <div className="page" data-width="reading">
      <PageHead title={t("security.title")} lead={t("security.lead")} />
      {security.data ? (
        <>
          <SecondStep security={security.data} onChange={reload} />
          {hasPasskeys && <Passkeys passkeys={security.data.passkeys} onChange={reload} />}
          <PasswordCard security={security.data} onChange={reload} />
          <Sessions sessions={security.data.sessions} onChange={reload} />
        </>
      ) : security.isError ? (
        <ErrorState
          title={t("security.loadFailed")}
          requestId={security.error instanceof Problem ? security.error.requestId : undefined}
          onRetry={() => security.refetch()}
        >
          {t("security.loadFailedLead")}
        </ErrorState>
      ) : (
        <Skeleton lines={8} />
      )}
    </div>
  );
}
