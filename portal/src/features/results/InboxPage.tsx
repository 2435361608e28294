import { CircleCheckBig, PenLine, UserSearch } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Banner,
  Button,
  Card,
  Dialog,
  EmptyState,
  ErrorState,
  PageHead,
  RadioGroup,
  Skeleton,
  Tabs,
  toast,
} from "../../ui/index.ts";
import { type ResultLine, useInbox, useMatch, useUnmatchedResults } from "./api.ts";
import { ResultPanel } from "./ResultPanel.tsx";
import { SignDialog } from "./SignDialog.tsx";
import "./Results.css";

/** Somebody as a picker answers them. */
interface Whose {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

export interface InboxPageProps {
  /** A way to find a patient; another feature's. */
  readonly picker: (value: Whose | null, onChange: (patient: Whose | null) => void) => ReactNode;
}

/** Results that wait for a signature, the worst first, and those that wait for their patient. */
export function InboxPage({ picker }: InboxPageProps): ReactElement {
  return (
    <>
      <PageHead title={t("results.toSign")} lead={t("results.toSignLead")} />
      <Tabs
        label={t("results.toSign")}
        tabs={[
          { id: "sign", label: t("results.toSign"), content: <ToSign /> },
          { id: "unmatched", label: t("results.unmatched"), content: <Unmatched picker={picker} /> },
        ]}
      />
    </>
  );
}

function ToSign(): ReactElement {
  const { may } = useSession();
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  const { data, error, isPending, refetch } = useInbox(whose === "all");
  const [signing, setSigning] = useState<ResultLine | null>(null);
  const maySign = may("DiagnosticReport.update");
  return (
    <div className="stack">
      <div className="result-filter">
        <RadioGroup
          label={t("results.whose")}
          hideLabel
          options={[
            { value: "mine", label: t("results.mineOnly") },
            { value: "all", label: t("results.everybody") },
          ]}
          value={whose}
          onChange={setWhose}
        />
        {data && <span className="muted">{t("results.count", { count: data.length })}</span>}
      </div>
      <Listed results={data} error={error} isPending={isPending} onRetry={() => void refetch()} none="results.none">
        {(result) => (
          <ResultPanel
            result={result}
            isNamed
            actions={
              maySign && (
                <Button size="small" icon={PenLine} onPress={() => setSigning(result)}>
                  {t("results.sign")}
                </Button>
              )
            }
          />
        )}
      </Listed>
      {signing && <SignDialog result={signing} onClose={() => setSigning(null)} />}
    </div>
  );
}

function Unmatched({ picker }: InboxPageProps): ReactElement {
  const { data, error, isPending, refetch } = useUnmatchedResults();
  const [matching, setMatching] = useState<ResultLine | null>(null);
  return (
    <div className="stack">
      <p className="muted">{t("results.unmatchedLead")}</p>
      <Listed
        results={data}
        error={error}
        isPending={isPending}
        onRetry={() => void refetch()}
        none="results.unmatchedNone"
      >
        {(result) => (
          <ResultPanel
            result={result}
            isNamed
            actions={
              <Button size="small" icon={UserSearch} onPress={() => setMatching(result)}>
                {t("results.match")}
              </Button>
            }
          />
        )}
      </Listed>
      {matching && <MatchDialog result={matching} picker={picker} onClose={() => setMatching(null)} />}
    </div>
  );
}

interface ListedProps {
  readonly results: readonly ResultLine[] | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onRetry: () => void;
  readonly none: "results.none" | "results.unmatchedNone";
  readonly children: (result: ResultLine) => ReactElement;
}

function Listed({ results, error, isPending, onRetry, none, children }: ListedProps): ReactElement {
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error || !results) return <Unread error={error} onRetry={onRetry} />;
  if (results.length === 0)
    return (
      <Card>
        <EmptyState icon={CircleCheckBig} title={t(none)}>
          {t("results.noneHint")}
        </EmptyState>
      </Card>
    );
  return (
    <ul className="stack">
      {results.map((result) => (
        <li key={result.report}>{children(result)}</li>
      ))}
    </ul>
  );
}

/** The list could not be read: an error, never an empty list. */
export function Unread({ error, onRetry }: { error: Error | null; onRetry: () => void }): ReactElement {
  return (
    <Card>
      <ErrorState
        title={t("results.failed")}
        requestId={error instanceof Problem ? error.requestId : undefined}
        onRetry={onRetry}
      >
        {t("results.failedHint")}
      </ErrorState>
    </Card>
  );
}

interface MatchDialogProps extends InboxPageProps {
  readonly result: ResultLine;
  readonly onClose: () => void;
}

function MatchDialog({ result, picker, onClose }: MatchDialogProps): ReactElement {
  const [whose, setWhose] = useState<Whose | null>(null);
  const match = useMatch();
  async function act(to: Whose): Promise<void> {
    await match.mutateAsync({ report: result.report, patient: to.id });
    toast({ text: t("results.matched", { patient: to.name }), tone: "success" });
    onClose();
  }
  return (
    <Dialog
      title={t("results.matchTitle")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          {whose && (
            <Button kind="primary" onPress={() => void act(whose).catch(() => undefined)} isPending={match.isPending}>
              {t("results.matchConfirm", { patient: whose.name })}
            </Button>
          )}
        </>
      }
    >
      {match.error && (
        <Banner tone="danger" role="alert" title={t("results.notSaved")}>
          {match.error instanceof Problem ? match.error.detail || match.error.message : match.error.message}
        </Banner>
      )}
      <p>{t("results.matchWarn")}</p>
      {picker(whose, setWhose)}
    </Dialog>
  );
}
