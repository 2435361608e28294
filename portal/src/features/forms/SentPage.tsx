import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { ButtonLink, Card, ErrorState, PageHead, Skeleton } from "../../ui/index.ts";
import { readReview } from "./api.ts";
import { linesOf } from "./evaluate.ts";
import { Review } from "./Review.tsx";

/** What a patient has sent, to be read again. */
export function SentPage({ response }: { response: string }): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["forms", "sent", response],
    queryFn: ({ signal }) => readReview(response, signal),
  });
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error)
    return (
      <ErrorState
        isPage
        title={t("forms.fillFailed")}
        requestId={error instanceof Problem ? error.requestId : undefined}
        onRetry={() => void refetch()}
      />
    );
  return (
    <>
      <PageHead
        title={data.title || t("forms.untitled")}
        lead={t("forms.sentOn", { when: momentText(data.authored) })}
        actions={<ButtonLink href="/my-forms">{t("forms.mine")}</ButtonLink>}
      />
      <Review lines={linesOf(data.form, data.items)} />
    </>
  );
}
