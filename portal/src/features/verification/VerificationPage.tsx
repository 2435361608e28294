import { Download, ShieldQuestionMark } from "lucide-react";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  Card,
  EmptyState,
  ErrorState,
  Facts,
  PageHead,
  Skeleton,
  showAgo,
  showMoment,
} from "../../ui/index.ts";
import { Threats } from "./Threats.tsx";
import { TwinsCard } from "./TwinsCard.tsx";
import { type Run, useReport, useVerification, verdict } from "./verification.ts";
import "./verification.css";

const COMMAND = "meridian verify --target https://… --data …";
const PROOF = "meridian verify --prove";

/** What came of the last attacks on this deployment, for security officers. */
export function VerificationPage(): ReactElement {
  const found = useVerification();
  const { run, twins } = found.data ?? {};
  return (
    <div className="page">
      <PageHead
        title={t("verification.title")}
        lead={t("verification.lead")}
        actions={run?.hasReport && <TakeReport />}
      />
      {found.data ? (
        <>
          {run ? <LastRun run={run} /> : <Never command={COMMAND} />}
          {twins ? <TwinsCard twins={twins} /> : run && <NeverProved />}
        </>
      ) : found.isError ? (
        <ErrorState
          title={t("verification.loadFailed")}
          requestId={found.error instanceof Problem ? found.error.requestId : undefined}
          onRetry={() => found.refetch()}
        >
          {t("verification.loadFailedLead")}
        </ErrorState>
      ) : (
        <Card>
          <Skeleton lines={10} />
        </Card>
      )}
    </div>
  );
}

function TakeReport(): ReactElement {
  const report = useReport();
  return (
    <>
      {report.isError && (
        <span role="alert" className="small verification-failed">
          {t("verification.takeFailed")}
        </span>
      )}
      <Button kind="primary" icon={Download} isPending={report.isPending} onPress={() => report.mutate()}>
        {t("verification.take")}
      </Button>
    </>
  );
}

function LastRun({ run }: { run: Run }): ReactElement {
  const { tone, word } = verdict(run);
  return (
    <div className="stack">
      <Banner tone={tone} title={t(word, { count: run.result === "succeeded" ? run.succeeded : run.notRun })}>
        {t("verification.when", { ago: showAgo(run.at), moment: showMoment(run.at) })}
      </Banner>
      <Card title={t("verification.run")}>
        <Facts
          facts={[
            { name: t("verification.target"), value: run.target },
            {
              name: t("verification.attacks"),
              value: t("verification.counted", { refused: run.refused, tried: run.tried + run.notRun }),
            },
            ...(run.leftOut.length > 0 ? [{ name: t("verification.leftOut"), value: run.leftOut.join(", ") }] : []),
            { name: t("verification.took"), value: t("verification.seconds", { count: seconds(run) }) },
            { name: t("verification.signature"), value: t(SIGNATURES[run.standing]) },
          ]}
        />
      </Card>
      <Threats threats={run.threats} />
    </div>
  );
}

function Never({ command }: { command: string }): ReactElement {
  return (
    <Card>
      <EmptyState icon={ShieldQuestionMark} title={t("verification.never")}>
        {t("verification.neverLead")} <code>{command}</code>
      </EmptyState>
    </Card>
  );
}

function NeverProved(): ReactElement {
  return (
    <Card title={t("verification.twins")}>
      <p className="muted">
        {t("verification.neverProved")} <code>{PROOF}</code>
      </p>
    </Card>
  );
}

const seconds = (run: Run): number => Math.round((run.ended - run.began) / 1000);

const SIGNATURES = {
  signed: "verification.signed",
  "not signed": "verification.unsigned",
  altered: "verification.altered",
} as const;
