import { useQuery } from "@tanstack/react-query";
import { CircleCheck, ClipboardList } from "lucide-react";
import type { ReactElement } from "react";
import type { Schemas } from "../../api/index.ts";
import { Problem } from "../../api/index.ts";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { ButtonLink, Card, EmptyState, ErrorState, PageHead, Skeleton } from "../../ui/index.ts";
import { MINE_KEY, myForms, responsesOf } from "./api.ts";
import "./forms.css";

/** What the clinic asks of a patient before a visit, and what was sent. */
export function MyFormsPage(): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: MINE_KEY,
    queryFn: ({ signal }) => myForms(signal),
    staleTime: 10_000,
  });
  const { patient } = useSession();
  const answeredBefore = useQuery({
    queryKey: ["forms", "answered", patient],
    queryFn: ({ signal }) => responsesOf(patient ?? "", signal),
    enabled: patient !== null,
  });
  const open = data ?? [];
  const sent = answeredBefore.data?.filter((one) => one.status !== "in-progress") ?? [];
  return (
    <>
      <PageHead title={t("forms.mine")} lead={t("forms.mineLead")} />
      {isPending && (
        <Card>
          <Skeleton lines={4} />
        </Card>
      )}
      {error && (
        <ErrorState
          title={t("forms.failed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        >
          {t("forms.failedHint")}
        </ErrorState>
      )}
      {data && open.length === 0 && (
        <Card>
          <EmptyState icon={ClipboardList} title={t("forms.mineNone")}>
            {t("forms.mineNoneHint")}
          </EmptyState>
        </Card>
      )}
      {open.map((one) => (
        <OpenForm key={one.task} form={one} />
      ))}
      {sent.length > 0 && (
        <Card title={t("forms.mineDone")}>
          <ul className="my-forms">
            {sent.map((one) => (
              <li key={one.id} className="my-form">
                <CircleCheck aria-hidden="true" size={18} />
                <span className="grow">
                  <strong>{one.title}</strong>{" "}
                  <span className="muted">{t("forms.sentOn", { when: momentText(one.authored) })}</span>
                </span>
                <ButtonLink
                  kind="quiet"
                  size="small"
                  href={`/my-forms/sent/${one.id}`}
                  aria-label={t("forms.readNamed", { title: one.title })}
                >
                  {t("forms.read")}
                </ButtonLink>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function OpenForm({ form }: { form: Schemas["AskedForm"] }): ReactElement {
  return (
    <Card title={form.title}>
      <div className="my-form">
        <span className="grow">
          {form.due && t("forms.due", { date: momentText(form.due) })}
          {form.response && <span className="muted"> {t("forms.begun")}</span>}
        </span>
        <ButtonLink
          kind="primary"
          href={`/my-forms/${form.task}`}
          aria-label={`${t(form.response ? "forms.goOn" : "forms.start")}: ${form.title}`}
        >
          {t(form.response ? "forms.goOn" : "forms.start")}
        </ButtonLink>
      </div>
    </Card>
  );
}
