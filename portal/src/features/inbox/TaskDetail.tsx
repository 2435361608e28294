import { ArrowLeft, ArrowRight, CalendarClock, CircleCheckBig, CircleOff, Hand, UserRoundPlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { PresenceMark } from "../../live/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  Facts,
  Skeleton,
  showDay,
  showMoment,
  toast,
  useKeys,
} from "../../ui/index.ts";
import { type TaskLine, useComplete, useHistory, useReopen, useTake } from "./api.ts";
import { AssignDialog, DueDialog, RejectDialog } from "./Dialogs.tsx";
import { Due } from "./Due.tsx";

interface TaskDetailProps {
  readonly task: TaskLine;
  readonly tool: string | undefined;
  readonly onClosed: () => void;
}

type Asking = "assign" | "due" | "reject" | null;

/** One task: what it is about, where it is done, and what else can be done with it. */
export function TaskDetail({ task, tool, onClosed }: TaskDetailProps): ReactElement {
  const { person } = useSession();
  const [asking, setAsking] = useState<Asking>(null);
  const take = useTake();
  const complete = useComplete();
  const reopen = useReopen();
  useKeys([{ keys: "a", label: t("inbox.keyAssign"), onPress: () => setAsking("assign") }]);

  async function finish(): Promise<void> {
    const { done } = await complete.mutateAsync([task.id]);
    if (done.length === 0) throw new Error(t("inbox.notSaved"));
    toast({ text: t("inbox.wasDone", { count: 1 }), tone: "success", onUndo: () => reopen.mutate(done) });
    onClosed();
  }

  const error = take.error ?? complete.error;
  return (
    <Card title={t("inbox.kind", { kind: task.kind })} level={2}>
      <div className="stack">
        <span className="inbox-back">
          <ButtonLink href="/inbox" size="small" kind="quiet" icon={ArrowLeft}>
            {t("inbox.back")}
          </ButtonLink>
        </span>
        {error && (
          <Banner tone="danger" role="alert" title={t("inbox.notSaved")}>
            {error instanceof Problem ? error.detail || error.message : error.message}
          </Banner>
        )}
        {task.title && <p className="task-words">{task.title}</p>}
        <Facts facts={facts(task)} />
        {tool && (
          <div className="stack" data-gap="1">
            <div className="row">
              <ButtonLink kind="primary" icon={ArrowRight} href={tool}>
                {t("inbox.openTool", { kind: task.kind })}
              </ButtonLink>
            </div>
            {!task.closable && <p className="small muted">{t("inbox.closesItself")}</p>}
          </div>
        )}
        <div className="row task-actions">
          {task.closable && (
            <Button
              kind={tool ? "secondary" : "primary"}
              icon={CircleCheckBig}
              isPending={complete.isPending}
              onPress={() => void finish().catch(() => undefined)}
            >
              {t("inbox.done")}
            </Button>
          )}
          {task.owner?.reference !== person && (
            <Button
              icon={Hand}
              isPending={take.isPending}
              onPress={() =>
                take.mutate(task.id, { onSuccess: () => toast({ text: t("inbox.taken"), tone: "success" }) })
              }
            >
              {t("inbox.take")}
            </Button>
          )}
          <Button icon={UserRoundPlus} onPress={() => setAsking("assign")}>
            {t("inbox.assign")}
          </Button>
          <Button kind="quiet" icon={CalendarClock} onPress={() => setAsking("due")}>
            {t("inbox.changeDue")}
          </Button>
          {task.closable && (
            <Button kind="quiet" icon={CircleOff} onPress={() => setAsking("reject")}>
              {t("inbox.reject")}
            </Button>
          )}
        </div>
        <History task={task.id} />
      </div>
      {asking === "assign" && <AssignDialog task={task} onClose={() => setAsking(null)} onDone={onClosed} />}
      {asking === "due" && <DueDialog task={task} onClose={() => setAsking(null)} />}
      {asking === "reject" && <RejectDialog task={task} onClose={() => setAsking(null)} onDone={onClosed} />}
    </Card>
  );
}

function facts(task: TaskLine) {
  const owner = task.owner
    ? task.owner.name || task.owner.reference
    : task.team
      ? t("inbox.forTeam", { team: task.team })
      : t("inbox.nobody");
  return [
    { name: t("inbox.patient"), value: task.patient ? whose(task.patient) : t("inbox.noPatient") },
    {
      name: t("inbox.dueName"),
      value:
        task.due || task.priority !== "routine" ? <Due due={task.due} priority={task.priority} /> : t("inbox.noDue"),
    },
    {
      name: t("inbox.owner"),
      value: (
        <span className="row" data-gap="2">
          {owner}
          {task.owner && <PresenceMark person={task.owner.reference} />}
        </span>
      ),
    },
    { name: t("inbox.stateName"), value: t("inbox.state", { state: task.state }) },
    {
      name: t("inbox.asked"),
      value: task.requester?.name
        ? t("inbox.askedBy", { time: showMoment(task.authored), who: task.requester.name })
        : showMoment(task.authored),
    },
    ...(task.note ? [{ name: t("inbox.lastNote"), value: task.note }] : []),
  ];
}

const whose = ({ name, born }: NonNullable<TaskLine["patient"]>): string =>
  born ? t("inbox.born", { name, date: showDay(born) }) : name;

function History({ task }: { task: string }): ReactElement {
  const { data, error, isPending } = useHistory(task);
  return (
    <section className="stack" data-gap="2" aria-label={t("inbox.history")}>
      <h3>{t("inbox.history")}</h3>
      {isPending && <Skeleton lines={2} />}
      {error && <p className="muted">{t("inbox.historyFailed")}</p>}
      <ol className="task-history">
        {data?.map((step) => (
          <li key={step.version}>
            <span>
              {t("inbox.historyStep", { state: t("inbox.state", { state: step.state }), time: showMoment(step.at) })}
            </span>{" "}
            <span className="muted">
              {[
                step.by?.name,
                step.owner?.name
                  ? t("inbox.historyTo", { who: step.owner.name })
                  : step.team && t("inbox.historyTo", { who: t("inbox.forTeam", { team: step.team }) }),
              ]
                .filter(Boolean)
                .join(", ")}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
