import {
  CircleCheck,
  ClipboardList,
  DoorOpen,
  type LucideIcon,
  MessageSquareText,
  Signature,
  Sparkles,
  Video,
} from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { useOpenCalls } from "../../live/openCalls.ts";
import { Banner, Button, ButtonLink, Card, Skeleton } from "../../ui/index.ts";
import { type Todo, todosOf } from "./todo.ts";
import { useWaits } from "./waits.ts";

const icons: Record<Todo["kind"], LucideIcon> = {
  video: Video,
  "check-in": DoorOpen,
  offer: Sparkles,
  form: ClipboardList,
  paper: Signature,
  message: MessageSquareText,
};

/** What waits for the patient, the most hasty first. */
export function Todos({ patient }: { patient: string }): ReactElement {
  const { data, isError, refetch } = useWaits(patient);
  const calls = useOpenCalls(data?.visits.some(({ video }) => video) ?? false);
  if (isError)
    return (
      <Banner
        tone="warning"
        role="status"
        actions={
          <Button size="small" onPress={() => void refetch()}>
            {t("ui.retry")}
          </Button>
        }
      >
        {t("home.todoFailed")}
      </Banner>
    );
  const todos = data && todosOf(data, calls);
  return (
    <Card title={t("home.todo")}>
      {!todos ? (
        <Skeleton lines={2} />
      ) : todos.length === 0 ? (
        <p className="row" data-gap="2">
          <CircleCheck aria-hidden="true" size={18} />
          {t("home.todoNone")}
        </p>
      ) : (
        <ul className="home-lines">
          {todos.map((todo) => (
            <Line key={todo.kind} todo={todo} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Line({ todo: { kind, count, href } }: { todo: Todo }): ReactElement {
  const Icon = icons[kind];
  return (
    <li className="row" data-justify="between">
      <span className="row" data-gap="2">
        <Icon aria-hidden="true" size={20} />
        {t(`home.todo.${kind}`, { count })}
      </span>
      <ButtonLink size="small" href={href}>
        {t(`home.do.${kind}`)}
      </ButtonLink>
    </li>
  );
}
