import { CalendarClock, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { useSearchParams } from "react-router";
import { Problem } from "../../api/index.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Button, Card, EmptyState, ErrorState, PageHead, Select, Skeleton, Tabs } from "../../ui/index.ts";
import { useHours, useSchedules } from "./data.ts";
import { Exceptions } from "./Exceptions.tsx";
import { HoursEditor } from "./HoursEditor.tsx";
import { ScheduleDialog } from "./ScheduleDialog.tsx";
import { Services } from "./Services.tsx";
import "./schedules.css";

/** When somebody may be booked, and which services patients book by themselves. */
export function SchedulesPage(): ReactElement {
  const { may } = useSession();
  const [query, setQuery] = useSearchParams();
  return (
    <>
      <PageHead title={t("schedules.title")} lead={t("schedules.lead")} />
      <Tabs
        label={t("schedules.title")}
        selected={query.get("part") === "services" ? "services" : "hours"}
        onSelect={(part) => setQuery(part === "services" ? { part } : {})}
        tabs={[
          { id: "hours", label: t("schedules.hours"), content: <Hours mayChange={may("Schedule.update")} /> },
          {
            id: "services",
            label: t("schedules.services"),
            content: <Services mayChange={may("HealthcareService.update")} />,
          },
        ]}
      />
    </>
  );
}

function Hours({ mayChange }: { mayChange: boolean }): ReactElement {
  const schedules = useSchedules();
  const [chosen, setChosen] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  if (schedules.isPending) return <Skeleton lines={8} />;
  if (schedules.isError)
    return (
      <ErrorState
        title={t("schedules.loadFailed")}
        requestId={schedules.error instanceof FhirFault ? schedules.error.requestId : undefined}
        onRetry={() => void schedules.refetch()}
      />
    );
  const [first] = schedules.data;
  const add = mayChange && (
    <>
      <Button icon={Plus} onPress={() => setAdding(true)}>
        {t("schedules.addSchedule")}
      </Button>
      <ScheduleDialog present={schedules.data} isOpen={isAdding} onClose={() => setAdding(false)} onMade={setChosen} />
    </>
  );
  if (!first)
    return (
      <EmptyState icon={CalendarClock} title={t("schedules.none")} actions={add}>
        {t("schedules.noneHint")}
      </EmptyState>
    );
  const shown = schedules.data.find((one) => one.id === chosen)?.id ?? first.id;
  return (
    <div className="stack schedules">
      <div className="schedules-whose">
        <Select
          label={t("schedules.whose")}
          value={shown}
          onChange={setChosen}
          options={schedules.data.map(({ id, name, kind }) => ({
            value: id,
            label: t("schedules.named", { name, kind: t(`schedules.kind.${kind}`) }),
          }))}
        />
        {add}
      </div>
      <OneSchedule key={shown} schedule={shown} mayChange={mayChange} />
    </div>
  );
}

function OneSchedule({ schedule, mayChange }: { schedule: string; mayChange: boolean }): ReactElement {
  const hours = useHours(schedule);
  if (hours.isPending)
    return (
      <Card>
        <Skeleton lines={8} />
      </Card>
    );
  if (hours.isError)
    return (
      <ErrorState
        title={t("schedules.loadFailed")}
        requestId={hours.error instanceof Problem ? hours.error.requestId : undefined}
        onRetry={() => void hours.refetch()}
      />
    );
  return (
    <div className="schedules-parts">
      <HoursEditor hours={hours.data} mayChange={mayChange} />
      <Exceptions hours={hours.data} mayChange={mayChange} />
    </div>
  );
}
