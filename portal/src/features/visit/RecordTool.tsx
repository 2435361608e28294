import { useMutation } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, ErrorSummary, type Mistake, RequestId, toast, Workspace } from "../../ui/index.ts";
import "./visit.css";

/** What every tool that writes one entry into the chart is told. */
export interface RecordProps {
  readonly patientId: string;
  readonly encounterId?: string | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export interface RecordToolProps extends Pick<RecordProps, "onClose" | "onSaved"> {
  readonly title: string;
  /** What the toast says when it is in the chart. */
  readonly done: string;
  readonly mistakes: readonly Mistake[];
  /** Looks at what was written; answers whether it can be sent. */
  readonly check: () => boolean;
  readonly save: () => Promise<unknown>;
  /** Forgets what was written: it is in the chart. */
  readonly onDone?: () => void;
  readonly children: ReactNode;
}

/** A tool with one form that writes one entry. */
export function RecordTool(props: RecordToolProps): ReactElement {
  const { title, done, mistakes, check, save, onDone, onClose, onSaved, children } = props;
  const saving = useMutation({
    mutationFn: save,
    onSuccess: () => {
      onDone?.();
      toast({ text: done, tone: "success" });
      onSaved();
      onClose();
    },
  });
  const problem = saving.error instanceof Problem ? saving.error : undefined;
  return (
    <Workspace
      title={title}
      onClose={onClose}
      foot={
        <>
          <span />
          <Button
            kind="primary"
            isPending={saving.isPending}
            onPress={() => {
              if (check()) saving.mutate();
            }}
          >
            {t("visit.save")}
          </Button>
        </>
      }
    >
      <div className="record">
        <ErrorSummary mistakes={mistakes} />
        {saving.isError && (
          <Banner tone="danger" role="alert" title={t("visit.recordFailed")}>
            {problem?.detail} {Object.values(problem?.places ?? {}).join(". ")}
            {problem?.requestId && <RequestId id={problem.requestId} />}
          </Banner>
        )}
        {children}
      </div>
    </Workspace>
  );
}
