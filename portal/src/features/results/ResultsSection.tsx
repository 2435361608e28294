import { FlaskConical, PenLine } from "lucide-react";
import { type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Button, Card, EmptyState, Skeleton, toast } from "../../ui/index.ts";
import { type ResultLine, useRelease, useResultsOf } from "./api.ts";
import { Unread } from "./InboxPage.tsx";
import { OpenOrders } from "./OrdersSection.tsx";
import { ResultPanel } from "./ResultPanel.tsx";
import { SignDialog } from "./SignDialog.tsx";
import "./Results.css";

const FIRST = 6;

/** A patient's results, newest first, each to be signed where it is read; above them what is still ordered. */
export function ResultsSection({ patientId }: { patientId: string }): ReactElement {
  const { may } = useSession();
  const { data, error, isPending, refetch } = useResultsOf(patientId);
  const [signing, setSigning] = useState<ResultLine | null>(null);
  const [shown, setShown] = useState(FIRST);
  const maySign = may("DiagnosticReport.update");
  if (isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (error) return <Unread error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <OpenOrders patientId={patientId} />
      {data.length === 0 && (
        <Card>
          <EmptyState icon={FlaskConical} title={t("results.noResults")}>
            {t("results.noResultsHint")}
          </EmptyState>
        </Card>
      )}
      {data.slice(0, shown).map((result) => (
        <ResultPanel
          key={result.report}
          result={result}
          history={data}
          actions={maySign && <Actions result={result} onSign={() => setSigning(result)} />}
        />
      ))}
      {data.length > shown && (
        <div className="row">
          <Button onPress={() => setShown(shown + FIRST * 2)}>
            {t("results.older", { count: data.length - shown })}
          </Button>
        </div>
      )}
      {signing && <SignDialog result={signing} onClose={() => setSigning(null)} />}
    </>
  );
}

function Actions({ result, onSign }: { result: ResultLine; onSign: () => void }): ReactElement | null {
  const release = useRelease();
  async function now(): Promise<void> {
    await release.mutateAsync(result.report);
    toast({ text: t("results.releasedToast", { name: result.name }), tone: "success" });
  }
  // What is signed or was seen by its patient long ago needs no signature now.
  if (result.task || !(result.signedBy || result.released))
    return (
      <Button size="small" icon={PenLine} onPress={onSign}>
        {t("results.sign")}
      </Button>
    );
  if (result.released) return null;
  return (
    <Button size="small" onPress={() => void now().catch(() => undefined)} isPending={release.isPending}>
      {t("results.releaseAction")}
    </Button>
  );
}
