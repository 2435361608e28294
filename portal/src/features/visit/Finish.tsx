import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, Flag } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Card, toast } from "../../ui/index.ts";
import { finishVisit } from "./api.ts";

export interface FinishProps {
  readonly encounterId: string;
  readonly unsigned: number;
  readonly hasDraft: boolean;
  readonly hasNote: boolean;
  readonly hasVitals: boolean;
  readonly allergiesAsked: boolean;
  readonly onOpen: (tool: string, subject: string) => void;
  readonly onFinished: () => void;
}

interface Open {
  readonly key: string;
  readonly text: string;
  /** Left so, it comes back as a task. */
  readonly stops: boolean;
  readonly go?: () => void;
}

/** What is left before the visit ends; what must not be forgotten is said before it is. */
export function Finish(props: FinishProps): ReactElement {
  const { encounterId, unsigned, hasDraft, hasNote, hasVitals, allergiesAsked, onOpen, onFinished } = props;
  const [isAsked, setIsAsked] = useState(false);
  const subject = `Encounter/${encounterId}`;
  const left: (Open | false)[] = [
    hasDraft && {
      key: "draft",
      text: t("visit.checkDrafts", { count: 1 }),
      stops: true,
      go: () => onOpen("note", subject),
    },
    unsigned > 0 && { key: "unsigned", text: t("visit.checkUnsigned", { count: unsigned }), stops: true },
    !hasNote && { key: "note", text: t("visit.checkNote"), stops: false, go: () => onOpen("note", subject) },
    !hasVitals && { key: "vitals", text: t("visit.checkVitals"), stops: false, go: () => onOpen("vitals", subject) },
    !allergiesAsked && {
      key: "allergies",
      text: t("visit.checkAllergies"),
      stops: false,
      go: () => onOpen("allergy", subject),
    },
  ];
  const open = left.filter((one) => one !== false);
  const stops = open.some((one) => one.stops);
  const finishing = useMutation({
    mutationFn: (anyway: boolean) => finishVisit(encounterId, anyway),
    onSuccess: () => {
      toast({ text: t("visit.finished"), tone: "success" });
      onFinished();
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 409) setIsAsked(true);
    },
  });
  const problem = finishing.error instanceof Problem ? finishing.error : undefined;
  return (
    <Card level={3} title={t("visit.check")}>
      <div className="visit-check">
        {open.length === 0 ? (
          <p className="row">
            <CircleCheck aria-hidden="true" size={16} /> {t("visit.checkClear")}
          </p>
        ) : (
          <ul>
            {open.map((one) => (
              <li key={one.key} className="row">
                <CircleDashed aria-hidden="true" size={16} />
                <span className={one.stops ? "strong" : ""}>{one.text}</span>
                {one.go && (
                  <Button kind="quiet" size="small" onPress={one.go}>
                    {t("visit.goThere")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
        {finishing.isError && (
          <Banner tone="danger" role="alert" title={t("visit.finishFailed")}>
            {problem?.detail}
          </Banner>
        )}
        {isAsked && (
          <Banner
            tone="warning"
            role="alert"
            title={t("visit.finishAnywayHint")}
            actions={
              <Button kind="danger" onPress={() => finishing.mutate(true)} isPending={finishing.isPending}>
                {t("visit.finishAnyway")}
              </Button>
            }
          />
        )}
        <div className="row">
          <Button
            kind="primary"
            icon={Flag}
            isPending={finishing.isPending}
            onPress={() => (stops ? setIsAsked(true) : finishing.mutate(false))}
          >
            {t("visit.finish")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
