import { type FormEvent, type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, RadioGroup, Skeleton, TextField, toast } from "../../ui/index.ts";
import { complain } from "./complain.ts";
import { Failed } from "./Failed.tsx";
import { useKeepOrganisation, useOrganisation } from "./organisation.ts";
import { RecordingCard } from "./RecordingCard.tsx";
import {
  RELEASES,
  type Release,
  readDelay,
  readHours,
  reminderHours,
  reminding,
  useKeepRelease,
  useRelease,
} from "./rules.ts";

/** What holds for all: when patients see their results, when they are reminded, and whether visits may be recorded. */
export function RulesCards({ organisation }: { organisation: string }): ReactElement {
  return (
    <div className="stack">
      <ReleaseCard />
      <RemindersCard organisation={organisation} />
      <RecordingCard />
    </div>
  );
}

function ReleaseCard(): ReactElement {
  const found = useRelease();
  return (
    <Card title={t("premises.release")} note={t("premises.releaseLead")}>
      {found.data ? (
        <ReleaseForm key={`${found.data.release} ${found.data.hours}`} release={found.data} />
      ) : found.isError ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </Card>
  );
}

const USUAL_DELAY = 24;

function ReleaseForm({ release }: { release: Release }): ReactElement {
  const [how, setHow] = useState(release.release);
  const [hours, setHours] = useState(String(release.hours || USUAL_DELAY));
  const [tried, setTried] = useState(false);
  const keep = useKeepRelease();
  const delay = readDelay(hours);
  const isWrong = how === "delayed" && delay === undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isWrong) return;
    keep
      .mutateAsync({ release: how, hours: how === "delayed" ? (delay ?? USUAL_DELAY) : 0 })
      .then(() => toast({ text: t("premises.releaseSaved") }))
      .catch(() => undefined); // the form says so
  }

  return (
    <form className="stack premises-form" onSubmit={submit} noValidate>
      {keep.isError && (
        <Banner tone="danger" role="alert">
          {(keep.error instanceof Problem && keep.error.detail) || t("premises.saveFailed")}
        </Banner>
      )}
      <RadioGroup
        label={t("premises.releaseWhen")}
        value={how}
        onChange={setHow}
        options={RELEASES.map((one) => ({
          value: one,
          label: t(`premises.release.${one}`),
          hint: t(`premises.releaseHint.${one}`),
        }))}
      />
      {how === "delayed" && (
        <TextField
          label={t("premises.releaseHours")}
          inputMode="numeric"
          value={hours}
          onChange={setHours}
          maxLength={3}
          error={tried && isWrong ? t("premises.needHours") : undefined}
        />
      )}
      <div className="row">
        <Button type="submit" kind="primary" isPending={keep.isPending}>
          {t("premises.releaseSave")}
        </Button>
      </div>
    </form>
  );
}

function RemindersCard({ organisation }: { organisation: string }): ReactElement {
  const found = useOrganisation(organisation);
  return (
    <Card title={t("premises.reminders")} note={t("premises.remindersLead")}>
      {found.data ? (
        <RemindersForm key={found.data.meta?.versionId} organisation={found.data} />
      ) : found.isError ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Skeleton lines={3} />
      )}
    </Card>
  );
}

function RemindersForm({ organisation }: { organisation: NonNullable<ReturnType<typeof useOrganisation>["data"]> }) {
  const [text, setText] = useState(reminderHours(organisation).join(", "));
  const [tried, setTried] = useState(false);
  const keep = useKeepOrganisation(organisation.id ?? "");
  const hours = readHours(text);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (!hours) return;
    keep.mutateAsync(reminding(organisation, hours)).then(
      () => toast({ text: t("premises.remindersSaved") }),
      (error) => toast({ tone: "danger", text: complain(error) }),
    );
  }

  return (
    <form className="stack premises-form" onSubmit={submit} noValidate>
      <TextField
        label={t("premises.reminderHours")}
        hint={t("premises.reminderHint")}
        value={text}
        onChange={setText}
        maxLength={40}
        error={tried && !hours ? t("premises.needReminders") : undefined}
      />
      <div className="row">
        <Button type="submit" kind="primary" isPending={keep.isPending}>
          {t("premises.remindersSave")}
        </Button>
      </div>
    </form>
  );
}
