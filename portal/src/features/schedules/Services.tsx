import { Pencil, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Button,
  Card,
  type Column,
  Dialog,
  EmptyState,
  ErrorState,
  IconButton,
  Select,
  Skeleton,
  Table,
  toast,
} from "../../ui/index.ts";
import { refusalOf, useServiceKeeping, useServices } from "./data.ts";
import { modeOptions, ServiceForm } from "./ServiceForm.tsx";
import type { Service } from "./service.ts";

/** What can be booked, and what of it patients book by themselves. */
export function Services({ mayChange }: { mayChange: boolean }): ReactElement {
  const services = useServices();
  const [editing, setEditing] = useState<Service | "new" | null>(null);
  if (services.isPending) return <Skeleton lines={6} />;
  if (services.isError)
    return (
      <ErrorState
        title={t("schedules.loadFailed")}
        requestId={services.error instanceof Problem ? services.error.requestId : undefined}
        onRetry={() => void services.refetch()}
      />
    );
  const add = mayChange && (
    <Button kind="primary" size="small" icon={Plus} onPress={() => setEditing("new")}>
      {t("schedules.addService")}
    </Button>
  );
  return (
    <>
      <Card title={t("schedules.services")} note={t("schedules.modeLead")} actions={add} flush>
        <Table
          caption={t("schedules.services")}
          columns={columnsFor(mayChange, setEditing)}
          rows={services.data.services}
          rowKey={(it) => it.id}
          empty={<EmptyState title={t("schedules.noServices")}>{t("schedules.noServicesHint")}</EmptyState>}
        />
      </Card>
      <Dialog
        title={editing === null || editing === "new" ? t("schedules.addService") : editing.name}
        isOpen={editing !== null}
        onClose={() => setEditing(null)}
        size="large"
      >
        {editing && (
          <ServiceForm
            service={editing === "new" ? null : editing}
            names={services.data.names}
            onDone={() => setEditing(null)}
          />
        )}
      </Dialog>
    </>
  );
}

const columnsFor = (mayChange: boolean, onEdit: (service: Service) => void): Column<Service>[] => [
  {
    id: "name",
    label: t("schedules.service"),
    cell: (it) => (
      <span className="row" data-gap="2">
        <span className="strong">{it.name}</span>
        {!it.active && <Badge>{t("schedules.notBooked")}</Badge>}
      </span>
    ),
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
  const change = useServiceKeeping();
  const set = (mode: Service["mode"], from: Service, isUndo: boolean): void =>
    change.mutate(
      { before: from, settings: { ...from, mode } },
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
      value={change.isPending ? (change.variables?.settings.mode ?? service.mode) : service.mode}
      onChange={(mode) => set(mode, service, false)}
      options={modeOptions()}
      isDisabled={change.isPending}
    />
  );
}
