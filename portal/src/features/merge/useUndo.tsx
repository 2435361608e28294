import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, RequestId, toast } from "../../ui/index.ts";
import { undoMerge } from "./api.ts";

/** Taking a merge apart, and what it says when that would lose something. */
export function useUndo(): {
  readonly start: (id: string) => void;
  readonly isPending: boolean;
  /** The merge that was undone last. */
  readonly undone: string | undefined;
  readonly refusal: ReactElement | null;
} {
  const client = useQueryClient();
  const undoing = useMutation({
    mutationFn: undoMerge,
    onSuccess: () => {
      for (const key of ["chart", "patients", "merges"]) void client.invalidateQueries({ queryKey: [key] });
      toast({ text: t("merge.undoDone"), tone: "success" });
    },
  });
  return {
    start: (id) => undoing.mutate(id),
    isPending: undoing.isPending,
    undone: undoing.data?.id,
    refusal: undoing.error ? <Refusal error={undoing.error} /> : null,
  };
}

function Refusal({ error }: { error: Error }): ReactElement {
  const problem = error instanceof Problem ? error : undefined;
  const isLate = problem?.status === 409;
  const changed = Object.entries(problem?.places ?? {});
  return (
    <Banner tone="danger" role="alert" title={t(isLate ? "merge.undoRefused" : "merge.undoFailed")}>
      <p>{isLate ? t("merge.undoRefusedHint") : problem?.detail}</p>
      {isLate && changed.length > 0 && (
        <>
          <p className="strong">{t("merge.changedSince")}</p>
          <ul className="merge-list">
            {changed.map(([place, text]) => (
              <li key={place}>
                {place} <span className="muted">{text}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {problem?.requestId && <RequestId id={problem.requestId} />}
    </Banner>
  );
}
