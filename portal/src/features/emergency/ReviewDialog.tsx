import { type FormEvent, type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Dialog,
  ErrorState,
  Facts,
  RadioGroup,
  Skeleton,
  showMoment,
  showTime,
  TextField,
  toast,
} from "../../ui/index.ts";
import { useReview, useUse, type Verdict } from "./api.ts";

const VERDICTS = ["justified", "not-justified"] as const satisfies readonly Verdict[];

/** One use of emergency access, what was opened by it, and what it came to. */
export function ReviewDialog({ emergency, onClose }: { emergency: string; onClose: () => void }): ReactElement {
  const { data, error, isPending, refetch } = useUse(emergency);
  return (
    <Dialog title={t("emergency.one")} isOpen onClose={onClose} size="large" place="end">
      {isPending && <Skeleton lines={6} />}
      {error && <ErrorState title={t("emergency.reviewsFailed")} onRetry={() => void refetch()} />}
      {data && (
        <>
          <Facts
            facts={[
              { name: t("emergency.who"), value: data.use.name || data.use.who },
              { name: t("emergency.patient"), value: data.patientName || t("emergency.nobodyFound") },
              { name: t("emergency.when"), value: span(data.use.began, data.use.ended) },
              { name: t("emergency.ending"), value: t("emergency.endedBy", { how: data.use.how || "open" }) },
              { name: t("emergency.reason"), value: t("emergency.reasonOf", { reason: data.use.reason }) },
              { name: t("emergency.explanation"), value: data.explanation },
            ]}
          />
          {data.use.flags.includes("family-name") && <Banner tone="warning">{t("emergency.familyName")}</Banner>}
          <h3>{t("emergency.opened")}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too */}
          <section className="emergency-seen" aria-label={t("emergency.opened")} tabIndex={0}>
            {data.seen.length === 0 ? (
              <p className="muted">{t("emergency.nothingOpened")}</p>
            ) : (
              <ul aria-label={t("emergency.opened")}>
                {data.seen.map((one, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: entries of a log stay in their order
                  <li key={at}>
                    {showTime(one.at)}{" "}
                    {one.given.length > 0 ? t("emergency.seen", { what: one.what, count: one.given.length }) : one.what}
                  </li>
                ))}
              </ul>
            )}
          </section>
          {data.use.verdict ? (
            <Found verdict={data.use.verdict} note={data.note} />
          ) : data.mine ? (
            <Banner tone="info">{t("emergency.mine")}</Banner>
          ) : (
            <Finding emergency={emergency} isOver={data.use.ended !== null} onDone={onClose} />
          )}
        </>
      )}
    </Dialog>
  );
}

function span(began: number, ended: number | null): string {
  return ended ? `${showMoment(began)} – ${showMoment(ended)}` : showMoment(began);
}

function Found({ verdict, note }: { verdict: Verdict; note: string }): ReactElement {
  return (
    <Banner
      tone={verdict === "justified" ? "success" : "warning"}
      title={t("emergency.verdictOf", { verdict })}
      actions={
        verdict === "not-justified" && (
          <ButtonLink size="small" href="/oversight/alarms">
            {t("emergency.respond")}
          </ButtonLink>
        )
      }
    >
      {note}
    </Banner>
  );
}

function Finding(props: { emergency: string; isOver: boolean; onDone: () => void }): ReactElement {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [note, setNote] = useState("");
  const [isTried, setTried] = useState(false);
  const review = useReview(props.emergency, () => {
    toast({ tone: "success", text: t("emergency.reviewed") });
    props.onDone();
  });
  const isNoted = note.trim().length > 2;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (verdict && isNoted) review.mutate({ verdict, note: note.trim() });
  }

  return (
    <form className="stack" onSubmit={submit}>
      {review.isError && (
        <Banner tone="danger" role="alert">
          {(review.error instanceof Problem && review.error.detail) || t("emergency.reviewFailed")}
        </Banner>
      )}
      {!props.isOver && <Banner tone="info">{t("emergency.notOver")}</Banner>}
      <RadioGroup<Verdict>
        label={t("emergency.verdict")}
        value={verdict}
        onChange={setVerdict}
        options={VERDICTS.map((one) => ({ value: one, label: t("emergency.verdictOf", { verdict: one }) }))}
        error={isTried && !verdict ? t("emergency.verdictMissing") : undefined}
      />
      <TextField
        label={t("emergency.note")}
        rows={3}
        maxLength={2000}
        value={note}
        onChange={setNote}
        error={isTried && !isNoted ? t("emergency.noteMissing") : undefined}
      />
      {verdict === "not-justified" && <Banner tone="warning">{t("emergency.respondHint")}</Banner>}
      <Button type="submit" kind="primary" isPending={review.isPending}>
        {t("emergency.say")}
      </Button>
    </form>
  );
}
