import { Pencil } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  Card,
  Checkbox,
  type Column,
  Dialog,
  EmptyState,
  ErrorState,
  IconButton,
  Select,
  Skeleton,
  Table,
  TextField,
  toast,
} from "../../ui/index.ts";
import { refusalOf, type Service, useServiceChange, useServices } from "./data.ts";

const MODES = ["hidden", "view", "request", "instant"] as const satisfies readonly Service["mode"][];

const modeOptions = () => MODES.map((mode) => ({ value: mode, label: t(`schedules.mode.${mode}`) }));

/** What can be booked, and what of it patients book by themselves. */
export function Services({ mayChange }: { mayChange: boolean }): ReactElement {
  const services = useServices();
  const [editing, setEditing] = useState<Service | null>(null);
  if (services.isPending) return <Skeleton lines={6} />;
  if (services.isError)
    return (
      <ErrorState
        title={t("schedules.loadFailed")}
        requestId={services.error instanceof Problem ? services.error.requestId : undefined}
        onRetry={() => void services.refetch()}
      />
    );
  return (
    <>
      <Card title={t("schedules.services")} note={t("schedules.modeLead")} flush>
        <Table
          caption={t("schedules.services")}
          columns={columnsFor(mayChange, setEditing)}
          rows={services.data.services}
          rowKey={(it) => it.id}
          empty={<EmptyState title={t("schedules.noServices")}>{t("schedules.noServicesHint")}</EmptyState>}
        />
      </Card>
      <Dialog
        title={editing?.name ?? t("schedules.services")}
        isOpen={editing !== null}
        onClose={() => setEditing(null)}
      >
        {editing && <ServiceForm service={editing} onDone={() => setEditing(null)} />}
      </Dialog>
    </>
  );
}

const columnsFor = (mayChange: boolean, onEdit: (service: Service) => void): Column<Service>[] => [
  {
    id: "name",
    label: t("schedules.service"),
    cell: (it) => <span className="strong">{it.name}</span>,
    sort: (it) => it.name,
  },
  {
    id: "minutes",
    label: t("schedules.length"),
    cell: (it) => t("schedules.minutes", { count: it.minutes }),
    sort: (it) => it.minutes,
  },
  { id: "where", label: t("schedules.where"), cell: (it) => t(it.video ? "schedules.video" : "schedules.inPerson") },
  {
    id: "mode",
    label: t("schedules.selfBooking"),
    cell: (it) => (mayChange ? <Mode service={it} /> : t(`schedules.mode.${it.mode}`)),
  },
  ...(mayChange
    ? [
        {
          id: "edit",
          label: t("schedules.edit"),
          hideLabel: true,
          align: "end" as const,
          cell: (it: Service) => (
            <IconButton
              icon={Pencil}
              size="small"
              label={t("schedules.editOne", { name: it.name })}
              onPress={() => onEdit(it)}
            />
          ),
        },
      ]
    : []),
];

/** What patients may do with a service; changed at once, with an undo. */
function Mode({ service }: { service: Service }): ReactElement {
  const change = useServiceChange();
  const set = (mode: Service["mode"], from: Service, isUndo: boolean): void =>
    change.mutate(
      { ...from, mode },
      {
        onSuccess: (kept) => {
          const text = t("schedules.modeNow", { name: kept.name, mode: t(`schedules.mode.${mode}`) });
          toast(isUndo ? { text } : { text, onUndo: () => set(from.mode, kept, true) });
        },
        onError: (problem) => toast({ tone: "danger", text: refusalOf(problem) }),
      },
    );
  return (
    <Select
      label={t("schedules.modeOf", { name: service.name })}
      hideLabel
      value={change.isPending ? (change.variables?.mode ?? service.mode) : service.mode}
      onChange={(mode) => set(mode, service, false)}
      options={modeOptions()}
      isDisabled={change.isPending}
    />
  );
}

const NUMBERS = ["minutes", "notice", "lead", "horizonDays", "mostOpen", "before", "after"] as const;
type Numbers = Record<(typeof NUMBERS)[number], string>;

/** In the editor hours are hours; the server counts in minutes. */
const HOURLY: ReadonlySet<string> = new Set(["notice", "lead"]);

const shown = (service: Service): Numbers =>
  Object.fromEntries(
    NUMBERS.map((one) => [one, String(HOURLY.has(one) ? service[one] / 60 : service[one])]),
  ) as Numbers;

function ServiceForm({ service, onDone }: { service: Service; onDone: () => void }): ReactElement {
  const [name, setName] = useState(service.name);
  const [mode, setMode] = useState(service.mode);
  const [isVideo, setVideo] = useState(service.video);
  const [isActive, setActive] = useState(service.active);
  const [numbers, setNumbers] = useState(() => shown(service));
  const [tried, setTried] = useState(false);
  const change = useServiceChange();
  const wrong = NUMBERS.filter((one) => !/^\d{1,4}([.,]\d)?$/.test(numbers[one].trim()));

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (wrong.length > 0 || !name.trim()) return;
    const read = Object.fromEntries(
      NUMBERS.map((one) => {
        const value = Number(numbers[one].trim().replace(",", "."));
        return [one, Math.round(HOURLY.has(one) ? value * 60 : value)];
      }),
    );
    change.mutate(
      { ...service, ...read, name: name.trim(), mode, video: isVideo, active: isActive },
      {
        onSuccess: (kept) => {
          toast({ text: t("schedules.saved", { name: kept.name }) });
          onDone();
        },
      },
    );
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {change.isError && (
        <Banner tone="danger" role="alert">
          {refusalOf(change.error)}
        </Banner>
      )}
      <TextField
        label={t("schedules.service")}
        value={name}
        onChange={setName}
        maxLength={120}
        error={tried && !name.trim() ? t("schedules.needName") : undefined}
      />
      <Select label={t("schedules.selfBooking")} value={mode} onChange={setMode} options={modeOptions()} />
      <p className="muted small">{t(`schedules.modeHint.${mode}`)}</p>
      <div className="grid">
        {NUMBERS.map((one) => (
          <TextField
            key={one}
            label={t(`schedules.number.${one}`)}
            inputMode="decimal"
            value={numbers[one]}
            onChange={(text) => setNumbers((now) => ({ ...now, [one]: text }))}
            error={tried && wrong.includes(one) ? t("schedules.needNumber") : undefined}
          />
        ))}
      </div>
      <Checkbox isSelected={isVideo} onChange={setVideo}>
        {t("schedules.isVideo")}
      </Checkbox>
      <Checkbox isSelected={isActive} onChange={setActive}>
        {t("schedules.isActive")}
      </Checkbox>
      <div className="dialog-foot">
        <Button onPress={onDone}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={change.isPending}>
          {t("schedules.save")}
        </Button>
      </div>
    </form>
  );
}
