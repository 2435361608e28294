import { CircleCheckBig, ClipboardList, Plus } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { Link } from "react-aria-components";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  Checkbox,
  EmptyState,
  ErrorState,
  moveTo,
  PageHead,
  RadioGroup,
  Select,
  Skeleton,
  showMoment,
  toast,
  useKeys,
} from "../../ui/index.ts";
import { type TaskLine, useComplete, useInbox, useReopen, type View } from "./api.ts";
import { Due } from "./Due.tsx";
import { NewToDo, type Whose } from "./NewToDo.tsx";
import { TaskDetail } from "./TaskDetail.tsx";
import "./Inbox.css";

export interface InboxPageProps {
  /** The task that is open; empty for none. */
  readonly task: string;
  readonly onOpen: (task: string) => void;
  /** Where a task is done: another feature's page; none for a plain to-do. */
  readonly toolOf: (task: TaskLine) => string | undefined;
  readonly onGo: (path: string) => void;
  /** Finds a patient. */
  readonly picker: (value: Whose | null, onChange: (patient: Whose | null) => void) => ReactNode;
}

const VIEWS = ["mine", "team", "all"] as const satisfies readonly View[];

/** What waits: whose and of which kind above, the list on the left, one task with its tools on the right. */
export function InboxPage({ task, onOpen, toolOf, onGo, picker }: InboxPageProps): ReactElement {
  const [view, setView] = useState<View>("mine");
  const [kind, setKind] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const { data, error, isPending, refetch } = useInbox(view, kind);
  const open = data?.tasks.find(({ id }) => id === task);
  const total = Object.values(data?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <PageHead
        title={t("inbox.title")}
        lead={t("inbox.lead")}
        actions={
          <Button icon={Plus} onPress={() => setAdding(true)}>
            {t("inbox.newToDo")}
          </Button>
        }
      />
      <div className="inbox-filter">
        <RadioGroup
          label={t("inbox.view")}
          hideLabel
          options={VIEWS.map((one) => ({ value: one, label: t(`inbox.${one}`) }))}
          value={view}
          onChange={(now) => {
            setView(now);
            setKind(null);
            onOpen("");
          }}
        />
        <Select
          label={t("inbox.kinds")}
          hideLabel
          options={[
            { value: "", label: data ? `${t("inbox.everyKind")} (${total})` : t("inbox.everyKind") },
            ...Object.entries(data?.counts ?? {}).map(([one, count]) => ({
              value: one,
              label: `${t("inbox.kind", { kind: one })} (${count})`,
            })),
          ]}
          value={kind ?? ""}
          onChange={(now) => setKind(now || null)}
        />
        {data && (
          <span className="muted" role="status">
            {t("inbox.count", { count: kind ? (data.counts[kind] ?? 0) : total })}
          </span>
        )}
      </div>
      <div className="inbox" data-open={open !== undefined || undefined}>
        <div className="inbox-list">
          {data?.more && <Banner>{t("inbox.more", { count: data.tasks.length })}</Banner>}
          <Card flush>
            {isPending && <Skeleton lines={6} />}
            {error && (
              <ErrorState
                title={t("inbox.failed")}
                requestId={error instanceof Problem ? error.requestId : undefined}
                onRetry={() => void refetch()}
              >
                {t("inbox.failedHint")}
              </ErrorState>
            )}
            {data && data.tasks.length === 0 && (
              <EmptyState icon={CircleCheckBig} title={t("inbox.none")}>
                {t(view === "mine" ? "inbox.noneMine" : "inbox.noneHint")}
              </EmptyState>
            )}
            {data && data.tasks.length > 0 && (
              <Lines
                key={`${view}/${kind}`}
                tasks={data.tasks}
                open={task}
                onOpen={onOpen}
                toolOf={toolOf}
                onGo={onGo}
              />
            )}
          </Card>
        </div>
        <div className="inbox-detail">
          {open ? (
            <TaskDetail
              key={`${open.id}/${open.version}`}
              task={open}
              tool={toolOf(open)}
              onClosed={() => onOpen("")}
            />
          ) : (
            <Card>
              <EmptyState icon={ClipboardList} title={t("inbox.pick")}>
                {t("inbox.pickHint")}
              </EmptyState>
            </Card>
          )}
        </div>
      </div>
      {adding && <NewToDo picker={picker} onClose={() => setAdding(false)} />}
    </>
  );
}

interface LinesProps extends Pick<InboxPageProps, "onOpen" | "toolOf" | "onGo"> {
  readonly tasks: readonly TaskLine[];
  readonly open: string;
}

function Lines({ tasks, open, onOpen, toolOf, onGo }: LinesProps): ReactElement {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const finish = useFinish();
  const closable = tasks.filter((task) => task.closable);
  const now = tasks.find(({ id }) => id === open);
  const go = (step: number) => {
    const next = moveTo(
      tasks.map(({ id }) => id),
      open,
      step,
    );
    if (next) onOpen(next);
  };
  useKeys([
    { keys: "j", label: t("inbox.keyNext"), onPress: () => go(1) },
    { keys: "k", label: t("inbox.keyPrevious"), onPress: () => go(-1) },
    { keys: "e", label: t("inbox.keyDone"), onPress: () => now?.closable && void finish([now.id]) },
    {
      keys: "o",
      label: t("inbox.keyOpen"),
      onPress: () => {
        const tool = now && toolOf(now);
        if (tool) onGo(tool);
      },
    },
  ]);
  const choose = (ids: readonly string[], isOn: boolean) =>
    setChosen((before) => new Set(isOn ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))));
  const there = closable.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  return (
    <>
      {closable.length > 0 && (
        <div className="inbox-bulk">
          <Checkbox
            aria-label={t("inbox.selectAll")}
            isSelected={there.length === closable.length}
            isIndeterminate={there.length > 0 && there.length < closable.length}
            onChange={(isOn) =>
              choose(
                closable.map(({ id }) => id),
                isOn,
              )
            }
          >
            <span className="visually-hidden">{t("inbox.selectAll")}</span>
          </Checkbox>
          {there.length > 0 && (
            <Button size="small" icon={CircleCheckBig} onPress={() => void finish(there)}>
              {t("inbox.doneMany", { count: there.length })}
            </Button>
          )}
        </div>
      )}
      <ul className="task-lines" aria-label={t("inbox.list")}>
        {tasks.map((task) => (
          <li key={task.id} className="task-row">
            <span className="task-choice">
              {task.closable && (
                <Checkbox
                  aria-label={t("inbox.select", { what: nameOf(task) })}
                  isSelected={chosen.has(task.id)}
                  onChange={(isOn) => choose([task.id], isOn)}
                >
                  <span className="visually-hidden">{t("inbox.select", { what: nameOf(task) })}</span>
                </Checkbox>
              )}
            </span>
            <Link
              href={`/inbox/${task.id}`}
              className="task-line"
              {...(task.id === open && { "aria-current": "true" as const })}
            >
              <span className="task-line-top">
                <span className="strong">{t("inbox.kind", { kind: task.kind })}</span>
                <span className="small muted nowrap">{showMoment(task.authored)}</span>
              </span>
              {task.patient && <span>{task.patient.name || t("inbox.patient")}</span>}
              {task.title && <span className="task-title">{task.title}</span>}
              <span className="row task-badges" data-gap="1">
                <Due due={task.due} priority={task.priority} />
                {task.state !== "requested" && <Badge tone="info">{t("inbox.state", { state: task.state })}</Badge>}
                {task.owner?.name && <span className="small muted">{task.owner.name}</span>}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What a task is called where there is one line for it. */
const nameOf = (task: TaskLine): string => task.title || t("inbox.kind", { kind: task.kind });

/** Marks as done, and offers to take that back. */
function useFinish(): (tasks: readonly string[]) => Promise<void> {
  const complete = useComplete();
  const reopen = useReopen();
  return async (tasks) => {
    const { done, failed } = await complete.mutateAsync(tasks);
    if (failed.length > 0) toast({ text: t("inbox.partly", { count: failed.length }), tone: "danger" });
    if (done.length === 0) return;
    toast({
      text: t("inbox.wasDone", { count: done.length }),
      tone: "success",
      onUndo: () => reopen.mutate(done, { onSuccess: () => toast({ text: t("inbox.undone") }) }),
    });
  };
}
