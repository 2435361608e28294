import { FlaskConical } from "lucide-react";
import type { ReactElement } from "react";
import { useState } from "react";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, EmptyState, Skeleton } from "../../ui/index.ts";
import { type ResultLine, useResultsOf, type ValueLine } from "./api.ts";
import { Unread } from "./InboxPage.tsx";
import { Value } from "./ResultPanel.tsx";
import { abnormalFirst, nameOf, rangeText, tally } from "./reading.ts";
import "./Results.css";

const FIRST = 3;

/** A patient's results in plain words: how each value stands beside the usual range, what was said, whom to ask. */
export function MyResults({ patientId }: { patientId: string }): ReactElement {
  const { data, error, isPending, refetch } = useResultsOf(patientId);
  const [shown, setShown] = useState(FIRST);
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error) return <Unread error={error} onRetry={() => void refetch()} />;
  if (data.length === 0)
    return (
      <Card>
        <EmptyState icon={FlaskConical} title={t("results.mineNone")}>
          {t("results.mineNoneHint")}
        </EmptyState>
      </Card>
    );
  return (
    <>
      <p>{t("results.mineHint")}</p>
      {data.slice(0, shown).map((result) => (
        <MyResult key={result.report} result={result} />
      ))}
      {data.length > shown && (
        <div className="row">
          <Button onPress={() => setShown(shown + FIRST * 2)}>
            {t("results.older", { count: data.length - shown })}
          </Button>
        </div>
      )}
    </>
  );
}

function MyResult({ result }: { result: ResultLine }): ReactElement {
  const { within, outside } = tally(result.values);
  const who = nameOf(result.signedBy);
  return (
    <Card title={t("results.mineFrom", { name: result.name, date: dayText(result.issued) })} level={3}>
      <div className="stack">
        <p className="strong">
          {[
            outside > 0 && t("results.mineOutside", { count: outside }),
            within > 0 && t("results.mineWithin", { count: within }),
          ]
            .filter(Boolean)
            .join(", ")}
        </p>
        {result.critical && <Banner tone="danger">{t("results.mineCritical")}</Banner>}
        {result.comment ? (
          <blockquote className="my-comment">
            <p className="small muted">{who ? t("results.mineComment", { who }) : t("results.mineCommentNobody")}</p>
            <p>{result.comment}</p>
          </blockquote>
        ) : (
          !result.signedBy && <p className="muted">{t("results.mineUnsigned")}</p>
        )}
        <ul className="my-values">
          {abnormalFirst(result.values).map((value) => (
            <li key={`${value.name} ${value.unit}`}>
              <MyValue value={value} />
            </li>
          ))}
        </ul>
        <p className="muted">{who ? t("results.mineAsk", { who }) : t("results.mineAskNobody")}</p>
      </div>
    </Card>
  );
}

const PLACES = {
  "far-below": "results.mineFarBelow",
  below: "results.mineBelow",
  within: "results.mineWithinOne",
  above: "results.mineAbove",
  "far-above": "results.mineFarAbove",
  "not-as-expected": "results.mineNotExpected",
  unknown: "results.mineUnknown",
} as const;

function MyValue({ value }: { value: ValueLine }): ReactElement {
  const place = value.place ?? "unknown";
  const range = rangeText(value);
  return (
    <div className="my-value" data-place={place}>
      <p className="my-value-head">
        <span className="strong">{value.name}</span>
        <Value value={value} />
      </p>
      <p className="my-value-place">
        {t(PLACES[place])}
        {range && <span className="muted nowrap"> · {t("results.mineUsualRange", { range })}</span>}
      </p>
      {value.plain && !range && <p>{value.plain}</p>}
    </div>
  );
}
