import { useMutation, useQuery } from "@tanstack/react-query";
import { FileCheck } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Banner, Button, Checkbox, ErrorState, Skeleton, TextField, toast, Workspace } from "../../ui/index.ts";
import { finishReview, type Review as Reviewed, readReview } from "./api.ts";
import { linesOf } from "./evaluate.ts";
import { Review } from "./Review.tsx";

export interface ReviewToolProps {
  readonly response: string;
  readonly onClose: () => void;
  readonly onReviewed: () => void;
}

/** What a patient answered, and what of it comes into the chart: nothing unseen. */
export function ReviewTool({ response, onClose, onReviewed }: ReviewToolProps): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: ["forms", "review", response],
    queryFn: ({ signal }) => readReview(response, signal),
  });
  if (data) return <Reviewing review={data} response={response} onClose={onClose} onReviewed={onReviewed} />;
  return (
    <Workspace title={t("forms.toReview")} onClose={onClose}>
      {error ? (
        <ErrorState
          title={t("forms.failed")}
          requestId={error instanceof Problem ? error.requestId : undefined}
          onRetry={() => void refetch()}
        />
      ) : (
        <Skeleton lines={6} />
      )}
    </Workspace>
  );
}

function Reviewing(props: ReviewToolProps & { readonly review: Reviewed }): ReactElement {
  const { review, response, onClose, onReviewed } = props;
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  const [note, setNote] = useState("");
  const filing = useMutation({
    mutationFn: () => finishReview(response, [...accepted], note.trim()),
    onSuccess: () => {
      toast({ text: t("forms.reviewed"), tone: "success" });
      onReviewed();
      onClose();
    },
  });
  return (
    <Workspace
      title={review.title}
      onClose={onClose}
      foot={
        <>
          <span className="muted small">{t("forms.answeredOn", { when: momentText(review.authored) })}</span>
          {!review.reviewed && (
            <Button kind="primary" icon={FileCheck} onPress={() => filing.mutate()} isPending={filing.isPending}>
              {t("forms.markReviewed")}
            </Button>
          )}
        </>
      }
    >
      <div className="form-lines" data-dense="">
        {filing.isError && (
          <Banner tone="danger" role="alert" title={t("forms.reviewFailed")}>
            {filing.error instanceof Problem && filing.error.detail}
          </Banner>
        )}
        {review.score !== null && (
          <p className="row">
            <Badge tone="info">{t("forms.score", { score: review.score })}</Badge>
            {review.band && <strong>{review.band}</strong>}
            <span className="muted small">{t("forms.scoreNote")}</span>
          </p>
        )}
        <Review lines={linesOf(review.form, review.items)} />
        {!review.reviewed && review.candidates.length > 0 && (
          <fieldset className="question-several">
            <legend className="field-label">{t("forms.intoChart")}</legend>
            <p className="field-hint">{t("forms.intoChartHint")}</p>
            <div className="choice-group">
              {review.candidates.map((one) => (
                <Checkbox
                  key={one.key}
                  hint={one.title}
                  isSelected={accepted.has(one.key)}
                  onChange={(yes) =>
                    setAccepted((now) => new Set(yes ? [...now, one.key] : [...now].filter((key) => key !== one.key)))
                  }
                >
                  {t(`forms.candidate.${one.kind}`, { value: one.value })}
                </Checkbox>
              ))}
            </div>
          </fieldset>
        )}
        {!review.reviewed && (
          <TextField label={t("forms.reviewNote")} optional rows={2} value={note} onChange={setNote} />
        )}
      </div>
    </Workspace>
  );
}
