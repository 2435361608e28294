import { FlaskConical, Plus, X } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { currentLocale, t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Banner,
  Button,
  ErrorSummary,
  IconButton,
  type Mistake,
  Select,
  showTime,
  TextField,
  toast,
  useKeys,
  Workspace,
} from "../../ui/index.ts";
import { useCatalogue, useOrder } from "./api.ts";
import { PRIORITIES } from "./OrdersSection.tsx";
import { type Choice, choices } from "./reading.ts";
import "./Results.css";

export interface OrderPanelProps {
  readonly patientId: string;
  readonly encounter?: string | undefined;
  readonly onClose: () => void;
  readonly onOrdered?: () => void;
}

type Priority = keyof typeof PRIORITIES;

interface Ordering {
  readonly tests: readonly string[];
  readonly priority: Priority;
  readonly note: string;
}

const EMPTY: Ordering = { tests: [], priority: "routine", note: "" };

/** Tests to be done, picked from the laboratory's catalogue. */
export function OrderPanel({ patientId, encounter, onClose, onOrdered }: OrderPanelProps): ReactElement {
  const { value, change, discard, savedAt } = useDraft(`order/Patient/${patientId}`, EMPTY);
  const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
  const order = useOrder();

  async function send(): Promise<void> {
    const wrong = value.tests.length === 0 ? [{ field: "order-find", message: t("results.mistakeTests") }] : [];
    setMistakes(wrong);
    if (wrong.length > 0 || order.isPending) return;
    await order.mutateAsync({
      patient: patientId,
      encounter: encounter ?? null,
      tests: [...value.tests],
      priority: value.priority,
      note: value.note.trim(),
    });
    toast({ text: t("results.orderSent"), tone: "success" });
    discard();
    onOrdered?.();
    onClose();
  }
  useKeys([{ keys: "Mod+Enter", label: t("results.orderSend"), onPress: () => void send().catch(() => undefined) }]);

  return (
    <Workspace
      title={t("results.orderTitle")}
      onClose={onClose}
      foot={
        <>
          <span className="small muted">{savedAt ? t("results.kept", { time: showTime(savedAt) }) : ""}</span>
          <Button
            kind="primary"
            icon={FlaskConical}
            onPress={() => void send().catch(() => undefined)}
            isPending={order.isPending}
          >
            {t("results.orderSend")}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ErrorSummary mistakes={mistakes} />
        {order.error && (
          <Banner tone="danger" role="alert" title={t("results.orderFailed")}>
            {order.error instanceof Problem ? order.error.detail || order.error.message : order.error.message}
          </Banner>
        )}
        <Tests
          chosen={value.tests}
          onChange={(tests) => change((now) => ({ ...now, tests }))}
          error={mistakes[0]?.message}
        />
        <Select<Priority>
          label={t("results.priority")}
          options={Object.entries(PRIORITIES).map(([priority, word]) => ({
            value: priority as Priority,
            label: t(word),
          }))}
          value={value.priority}
          onChange={(priority) => change((now) => ({ ...now, priority }))}
        />
        <TextField
          label={t("results.orderNote")}
          optional
          rows={3}
          value={value.note}
          onChange={(note) => change((now) => ({ ...now, note }))}
          maxLength={2000}
        />
      </div>
    </Workspace>
  );
}

interface TestsProps {
  readonly chosen: readonly string[];
  readonly onChange: (tests: readonly string[]) => void;
  readonly error: string | undefined;
}

function Tests({ chosen, onChange, error }: TestsProps): ReactElement {
  const [text, setText] = useState("");
  const { data } = useCatalogue();
  const all = data ? choices(data, "") : [];
  const found = data ? choices(data, text).filter(({ key }) => !chosen.includes(key)) : [];
  return (
    <div className="stack" data-gap="3">
      {chosen.length > 0 && (
        <ul className="chosen-tests" aria-label={t("results.orderChosen", { count: chosen.length })}>
          {chosen.map((key) => {
            const one = all.find((it) => it.key === key);
            const name = one?.name ?? key;
            return (
              <li key={key}>
                <span>
                  <span className="strong">{name}</span> <Includes choice={one} />
                </span>
                <IconButton
                  icon={X}
                  size="small"
                  label={t("results.orderRemove", { name })}
                  onPress={() => onChange(chosen.filter((it) => it !== key))}
                />
              </li>
            );
          })}
        </ul>
      )}
      <TextField id="order-find" label={t("results.orderFind")} value={text} onChange={setText} error={error} />
      <ul className="found-tests">
        {found.map((choice) => (
          <li key={choice.key}>
            <Button size="small" kind="quiet" icon={Plus} onPress={() => onChange([...chosen, choice.key])}>
              <span className="found-test">
                <span>{choice.name}</span> <Includes choice={choice} />
              </span>
            </Button>
          </li>
        ))}
        {data && found.length === 0 && <li className="muted">{t("results.orderNothing")}</li>}
      </ul>
    </div>
  );
}

function Includes({ choice }: { choice: Choice | undefined }): ReactElement | null {
  if (!choice || choice.includes.length === 0) return null;
  return <span className="small muted">{new Intl.ListFormat(currentLocale()).format(choice.includes)}</span>;
}
