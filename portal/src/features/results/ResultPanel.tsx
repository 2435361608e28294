import { FileText, LineChart as LineChartIcon, TriangleAlert } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { Link } from "react-aria-components";
import { dayText, momentText } from "../../fhir/moments.ts";
import { unitText } from "../../fhir/words.ts";
import { type Key, t } from "../../i18n/index.ts";
import {
  Badge,
  Card,
  type Column,
  Flag,
  IconButton,
  LineChart,
  Skeleton,
  Sparkline,
  showDay,
  Table,
} from "../../ui/index.ts";
import { type ResultLine, useResultsOf, type ValueLine } from "./api.ts";
import { abnormalFirst, bandOf, type Letter, letterOf, nameOf, rangeText, TONES, trendOf } from "./reading.ts";
import "./Results.css";

export interface ResultPanelProps {
  readonly result: ResultLine;
  /** All of the patient's results, where they are at hand: the course of each value is then seen at once. */
  readonly history?: readonly ResultLine[];
  /** Names the patient, in a list of several people's results. */
  readonly isNamed?: boolean;
  readonly actions?: ReactNode;
}

/** One result: how it stands, its values with their ranges beside them, and the course of each on demand. */
export function ResultPanel({ result, history, isNamed = false, actions }: ResultPanelProps): ReactElement {
  const [shown, setShown] = useState<ValueLine | null>(null);
  const { patient } = result;
  return (
    <div className="result-panel">
      <Card
        title={
          isNamed ? (
            <>
              <Whose result={result} /> · {named(result)}
            </>
          ) : (
            named(result)
          )
        }
        note={<Standing result={result} />}
        actions={actions}
        flush
      >
        {shown && patient && (
          <div className="result-trend">
            <Trend patientId={patient.id} value={shown} />
          </div>
        )}
        <Table
          caption={result.name}
          columns={columns(patient ? (value) => setShown(value === shown ? null : value) : undefined, shown, history)}
          rows={abnormalFirst(result.values)}
          rowKey={(value) => `${value.name} ${value.unit} ${value.value}`}
        />
        <Foot result={result} />
      </Card>
    </div>
  );
}

function Whose({ result }: { result: ResultLine }): ReactElement {
  const { patient } = result;
  if (!patient) return <span>{t("results.noPatient")}</span>;
  const born = patient.born ? ` (${t("results.matchBorn", { date: showDay(patient.born) })})` : "";
  return (
    <Link href={`/patients/${patient.id}/results`}>
      {patient.name}
      {born}
    </Link>
  );
}

const FLAGS: Readonly<Record<ResultLine["flag"], { word: Key; tone: "danger" | "warning" | "success" | "neutral" }>> = {
  critical: { word: "results.critical", tone: "danger" },
  abnormal: { word: "results.abnormal", tone: "warning" },
  normal: { word: "results.normal", tone: "success" },
  unknown: { word: "results.unknown", tone: "neutral" },
};

/** `Critical`, `Corrected`, when it came. */
function Standing({ result }: { result: ResultLine }): ReactElement {
  const { word, tone } = FLAGS[result.flag];
  return (
    <span className="row">
      <span className="result-standing" data-flag={result.flag}>
        <Badge tone={tone} {...(result.flag === "critical" && { icon: TriangleAlert })}>
          {t(word)}
        </Badge>
      </span>
      {result.corrected && <Badge tone="warning">{t("results.corrected")}</Badge>}
      {result.status === "preliminary" && <Badge tone="info">{t("results.preliminary")}</Badge>}
      <span className="nowrap">{t("results.issued", { time: momentText(result.issued) })}</span>
    </span>
  );
}

/** `Lipids, 13-Mar-2026`: a panel of one name is drawn again and again. */
const named = ({ name, issued }: ResultLine): string => [name, dayText(issued)].filter(Boolean).join(", ");

function columns(
  onTrend: ((value: ValueLine) => void) | undefined,
  shown: ValueLine | null,
  history: readonly ResultLine[] = [],
): readonly Column<ValueLine>[] {
  const all: (Column<ValueLine> | undefined)[] = [
    {
      id: "test",
      label: t("results.test"),
      cell: (it) => (
        <span className="result-name" data-outside={Boolean(letterOf(it))}>
          {it.name}
        </span>
      ),
    },
    { id: "value", label: t("results.value"), align: "end", cell: (it) => <Value value={it} /> },
    {
      id: "range",
      label: t("results.range"),
      align: "end",
      cell: (it) => <span className="muted nowrap">{rangeText(it)}</span>,
    },
    onTrend && {
      id: "trend",
      label: t("results.trend"),
      align: "end",
      cell: (it) => <TrendButton value={it} history={history} isOpen={it === shown} onPress={() => onTrend(it)} />,
    },
  ];
  return all.filter((column) => column !== undefined);
}

interface TrendButtonProps {
  readonly value: ValueLine;
  readonly history: readonly ResultLine[];
  readonly isOpen: boolean;
  readonly onPress: () => void;
}

/** The course of a value, small; pressed, it opens the plot. */
function TrendButton({ value, history, isOpen, onPress }: TrendButtonProps): ReactElement {
  const label = t("results.showTrend", { name: value.name });
  const points = trendOf(history, value.name, value.unit ?? "");
  if (points.length < 2)
    return <IconButton icon={LineChartIcon} size="small" label={label} onPress={onPress} aria-expanded={isOpen} />;
  return (
    <button type="button" className="result-spark" aria-label={label} aria-expanded={isOpen} onClick={onPress}>
      <Sparkline points={points} band={bandOf(value)} />
    </button>
  );
}

const MEANINGS: Readonly<Record<Letter, Key>> = {
  HH: "results.flagHH",
  H: "results.flagH",
  L: "results.flagL",
  LL: "results.flagLL",
  A: "results.flagA",
};

/** A value with its unit; outside its range with a letter in a shape and heavier, colour last. */
export function Value({ value }: { value: ValueLine }): ReactElement {
  const letter = letterOf(value);
  return (
    <span className="result-value" data-outside={Boolean(letter)}>
      {letter && <Flag mark={letter} meaning={t(MEANINGS[letter])} tone={TONES[letter]} />}
      <span className="tabular nowrap">{value.value}</span>{" "}
      <span className="muted">{unitText({ unit: value.unit ?? "" })}</span>
    </span>
  );
}

/** The course of one test over all of the patient's results. */
function Trend({ patientId, value }: { patientId: string; value: ValueLine }): ReactElement {
  const { data, isPending } = useResultsOf(patientId);
  const unit = value.unit ?? "";
  const points = trendOf(data ?? [], value.name, unit);
  if (isPending) return <Skeleton lines={4} />;
  if (points.length < 2) return <p className="muted">{t("results.noTrend")}</p>;
  return (
    <LineChart
      key={value.name}
      name={value.name}
      unit={unitText({ unit })}
      points={points}
      band={bandOf(value)}
      height={160}
    />
  );
}

/** Who signed it, what they wrote, and whether the patient sees it. */
function Foot({ result }: { result: ResultLine }): ReactElement {
  const seen = result.held
    ? t("results.held", { why: result.held })
    : result.released
      ? t("results.released")
      : result.releaseDue
        ? t("results.releaseDue", { time: momentText(result.releaseDue) })
        : t("results.notReleased");
  return (
    <div className="result-foot">
      {result.comment && <p>{result.comment}</p>}
      <p className="small muted">
        {[
          result.signedBy
            ? t(nameOf(result.signedBy) ? "results.signed" : "results.signedAt", {
                who: nameOf(result.signedBy),
                time: momentText(result.signedAt ?? undefined),
              })
            : t("results.unsigned"),
          result.patient && seen,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {(result.documents ?? []).length > 0 && result.patient && (
        <p className="small">
          <Link href={`/patients/${result.patient.id}/documents`}>
            <FileText aria-hidden="true" size={14} className="result-inline" />
            {t("results.documents", { count: result.documents?.length ?? 0 })}
          </Link>
        </p>
      )}
    </div>
  );
}
