import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeftRight, GitMerge, Undo2 } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { listName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Button,
  ButtonLink,
  Card,
  Checkbox,
  ErrorState,
  ErrorSummary,
  type Mistake,
  PageHead,
  RequestId,
  Skeleton,
} from "../../ui/index.ts";
import { Accounts } from "./Accounts.tsx";
import { type Choices, type MergeLine, merge, type Preview, previewOf } from "./api.ts";
import { Compared } from "./Compared.tsx";
import { linesOf, movesText, unchosen } from "./compared.ts";
import { Fuller } from "./Fuller.tsx";
import { useUndo } from "./useUndo.tsx";
import "./merge.css";

export interface MergePageProps {
  readonly keep: string;
  readonly drop: string;
  /** Where the two are compared the other way round. */
  readonly swapHref: string;
}

/** Two records beside each other, what would happen, and the merge. */
export function MergePage({ keep, drop, swapHref }: MergePageProps): ReactElement {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["merge", keep, drop],
    queryFn: () => previewOf(keep, drop),
    staleTime: 0,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  const [done, setDone] = useState<MergeLine | null>(null);
  if (done) return <Done line={done} moved={data?.total ?? done.moved} />;
  if (isPending)
    return (
      <Card>
        <Skeleton lines={8} />
      </Card>
    );
  if (error) {
    const problem = error instanceof Problem ? error : undefined;
    return (
      <ErrorState
        isPage
        title={t(problem?.status === 409 ? "merge.compareMerged" : "merge.compareFailed")}
        requestId={problem?.requestId}
        onRetry={() => void refetch()}
        actions={<ButtonLink href="/merges">{t("merge.toList")}</ButtonLink>}
      >
        {problem?.detail}
      </ErrorState>
    );
  }
  return <Comparing preview={data} swapHref={swapHref} onDone={setDone} onAgain={() => void refetch()} />;
}

interface ComparingProps {
  readonly preview: Preview;
  readonly swapHref: string;
  readonly onDone: (line: MergeLine) => void;
  readonly onAgain: () => void;
}

function Comparing({ preview, swapHref, onDone, onAgain }: ComparingProps): ReactElement {
  const client = useQueryClient();
  const [choices, choose] = useState<Choices>({});
  const [isSure, setIsSure] = useState(false);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const lines = linesOf(preview);
  const merging = useMutation({
    mutationFn: () => merge(preview, choices),
    onSuccess: (line) => {
      for (const key of ["chart", "patients", "merges"]) void client.invalidateQueries({ queryKey: [key] });
      onDone(line);
    },
  });

  function send(): void {
    const found: Mistake[] = unchosen(lines, choices).map((line) => ({
      field: `merge-${line.element}`,
      message: t("merge.chooseNeeded", { line: line.name }),
    }));
    if (!isSure) found.push({ field: "merge-sure", message: t("merge.sureNeeded") });
    setMistakes(found);
    if (found.length === 0) merging.mutate();
  }

  return (
    <>
      <PageHead
        title={t("merge.compare")}
        lead={t("merge.compareLead")}
        actions={
          <ButtonLink href={swapHref} icon={ArrowLeftRight}>
            {t("merge.swap")}
          </ButtonLink>
        }
      />
      <ErrorSummary mistakes={mistakes} />
      <Fuller preview={preview} swapHref={swapHref} />
      {merging.isError && <Refused error={merging.error} onAgain={onAgain} />}
      <Compared
        lines={lines}
        choices={choices}
        onChoose={(element, side) => choose((now) => ({ ...now, [element]: side }))}
      />
      <div className="merge-effects">
        <Card title={t("merge.moves")}>
          {preview.total === 0 ? (
            <p>{t("merge.movesNone")}</p>
          ) : (
            <>
              <p className="strong">{t("merge.movesTotal", { count: preview.total })}</p>
              <ul className="merge-list">
                {movesText(preview.moves).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </>
          )}
        </Card>
        <Card title={t("merge.accounts")}>
          <Accounts accounts={preview.accounts} />
        </Card>
      </div>
      <Card title={t("merge.consequences")}>
        <ul className="merge-list">
          <li>{t("merge.willStay", { keep: listName(preview.keep.name) })}</li>
          <li>{t("merge.willGo", { drop: listName(preview.drop.name) })}</li>
          <li>{t("merge.willUndo")}</li>
        </ul>
        <div className="merge-sure">
          <Checkbox id="merge-sure" isSelected={isSure} onChange={setIsSure}>
            {t("merge.sure")}
          </Checkbox>
          <Button kind="danger" icon={GitMerge} onPress={send} isPending={merging.isPending}>
            {t("merge.do")}
          </Button>
        </div>
      </Card>
    </>
  );
}

function Refused({ error, onAgain }: { error: Error; onAgain: () => void }): ReactElement {
  const problem = error instanceof Problem ? error : undefined;
  const isOld = problem?.status === 412;
  return (
    <Banner
      tone="danger"
      role="alert"
      title={t("merge.doFailed")}
      actions={isOld && <Button onPress={onAgain}>{t("merge.again")}</Button>}
    >
      {isOld ? t("merge.changedMeanwhile") : problem?.detail}
      {problem?.requestId && <RequestId id={problem.requestId} />}
    </Banner>
  );
}

/** It is done, and can be undone while nothing has changed. */
function Done({ line, moved }: { line: MergeLine; moved: number }): ReactElement {
  const undo = useUndo();
  const isUndone = undo.undone === line.id;
  return (
    <>
      <PageHead
        title={isUndone ? t("merge.undoDone") : t("merge.done")}
        lead={!isUndone && <Badge tone="success">{t("merge.entries", { count: moved })}</Badge>}
      />
      {undo.refusal}
      {!isUndone && (
        <Banner
          tone="success"
          role="status"
          actions={
            <Button icon={Undo2} onPress={() => undo.start(line.id)} isPending={undo.isPending}>
              {t("merge.undo")}
            </Button>
          }
        >
          {t("merge.doneHint", { count: moved })}
        </Banner>
      )}
      <div className="row">
        <ButtonLink kind="primary" href={`/patients/${line.keep}`}>
          {t("merge.toChart")}
        </ButtonLink>
        <ButtonLink href="/merges">{t("merge.toList")}</ButtonLink>
      </div>
    </>
  );
}
