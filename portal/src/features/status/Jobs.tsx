import { CircleCheck, RotateCw } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, Dialog, EmptyState, PasswordField, showMoment, Table } from "../../ui/index.ts";
import { type StoppedJob, useRetry } from "./status.ts";

/** Jobs that were given up, and letting one be tried again. */
export function Jobs({ jobs, mayRetry }: { jobs: readonly StoppedJob[]; mayRetry: boolean }): ReactElement {
  const [chosen, choose] = useState<StoppedJob | null>(null);
  return (
    <Card title={t("status.jobs")} note={t("status.jobsNote")} flush>
      <Table
        caption={t("status.jobs")}
        rows={jobs}
        rowKey={(job) => String(job.no)}
        empty={
          <EmptyState icon={CircleCheck} title={t("status.noJobs")}>
            {t("status.noJobsHint")}
          </EmptyState>
        }
        columns={[
          { id: "topic", label: t("status.topic"), cell: (job) => <code>{job.topic}</code>, sort: (job) => job.topic },
          { id: "no", label: t("status.number"), align: "end", cell: (job) => job.no },
          { id: "tries", label: t("status.tries"), align: "end", cell: (job) => job.tries },
          { id: "due", label: t("status.wasDue"), cell: (job) => showMoment(job.due), sort: (job) => job.due },
          {
            id: "whose",
            label: t("status.whose"),
            cell: (job) => t(job.own ? "status.ours" : "status.platforms"),
          },
          ...(mayRetry
            ? [
                {
                  id: "retry",
                  label: t("status.retry"),
                  hideLabel: true,
                  align: "end" as const,
                  cell: (job: StoppedJob) => (
                    <Button
                      size="small"
                      icon={RotateCw}
                      aria-label={t("status.retryOne", { topic: job.topic, no: String(job.no) })}
                      onPress={() => choose(job)}
                    >
                      {t("status.retry")}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {chosen && <RetryDialog job={chosen} onClose={() => choose(null)} />}
    </Card>
  );
}

/** Whoever lets a job be tried again proves once more who they are: it may send a mail, or ask a partner. */
function RetryDialog({ job, onClose }: { job: StoppedJob; onClose: () => void }): ReactElement {
  const [password, setPassword] = useState("");
  const retry = useRetry(onClose);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (password) retry.mutate({ job, proof: { password } });
  }

  return (
    <Dialog title={t("status.retryTitle", { topic: job.topic, no: String(job.no) })} isOpen onClose={onClose}>
      <p>{t("status.retryLead")}</p>
      <form className="stack" onSubmit={submit}>
        {retry.isError && (
          <Banner tone="danger" role="alert">
            {retry.error instanceof Problem && retry.error.status === 403
              ? t("status.wrongPassword")
              : t("status.retryFailed")}
          </Banner>
        )}
        <PasswordField
          label={t("identity.password")}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          autoFocus
        />
        <div className="row">
          <Button type="submit" kind="primary" isPending={retry.isPending}>
            {t("status.retry")}
          </Button>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
