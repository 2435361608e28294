import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Button, toast } from "../../ui/index.ts";
import { changeProblem } from "./api.ts";

export interface ProblemStatusProps {
  readonly problem: string;
  /** What it is called; for those who hear the button. */
  readonly name: string;
  readonly isActive: boolean;
  readonly onSaved: () => void;
}

/** Ends a problem, or takes it up again; with a way back. */
export function ProblemStatus({ problem, name, isActive, onSaved }: ProblemStatusProps): ReactElement {
  const changing = useMutation({
    mutationFn: (status: "active" | "resolved") => changeProblem(problem, status),
    onSuccess: (_, status) => {
      onSaved();
      if (status === "resolved") toast({ text: t("visit.problemEnded"), onUndo: () => changing.mutate("active") });
    },
    onError: (error) =>
      toast({
        text: [t("visit.recordFailed"), error instanceof Problem ? error.detail : ""].filter(Boolean).join(". "),
        tone: "danger",
      }),
  });
  const word = t(isActive ? "visit.problemEnd" : "visit.problemAgain");
  return (
    <Button
      kind="quiet"
      size="small"
      aria-label={`${word}: ${name}`}
      isPending={changing.isPending}
      onPress={() => changing.mutate(isActive ? "resolved" : "active")}
    >
      {word}
    </Button>
  );
}
