/** Whose hours there are, the hours themselves, and services; and changing them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Device, Location, Practitioner, Schedule } from "fhir/r4";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { resources, search } from "../../fhir/client.ts";
import { spokenName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";

export type Hours = Schemas["Hours"];
export type Service = Schemas["Service"];
export type HoursChange = Schemas["Hours"]["exceptions"][number];

export interface ScheduleName {
  readonly id: string;
  readonly actor: string;
  readonly name: string;
  readonly kind: "practitioner" | "room" | "device";
}

const KINDS = { Location: "room", Device: "device" } as const;
const ORDER = ["practitioner", "room", "device"] as const;

/** Everybody and everything with hours, people first. */
export const useSchedules = () =>
  useQuery({
    queryKey: ["schedules"],
    queryFn: async ({ signal }) => {
      const bundle = await search(
        "Schedule",
        new URLSearchParams({ _count: "500", _include: "Schedule:actor" }),
        signal,
      );
      const names = new Map([
        ...resources<Practitioner>(bundle, "Practitioner").map(
          (one) => [`Practitioner/${one.id}`, spokenName(one.name)] as const,
        ),
        ...resources<Location>(bundle, "Location").map((one) => [`Location/${one.id}`, one.name ?? ""] as const),
        ...resources<Device>(bundle, "Device").map(
          (one) => [`Device/${one.id}`, one.deviceName?.[0]?.name ?? ""] as const,
        ),
      ]);
      return resources<Schedule>(bundle, "Schedule")
        .filter((one) => one.active !== false)
        .map((one) => nameOf(one, names))
        .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
    },
  });

function nameOf(one: Schedule, names: ReadonlyMap<string, string>): ScheduleName {
  const actor = one.actor[0]?.reference ?? "";
  const type = actor.split("/")[0] ?? "";
  return {
    id: one.id ?? "",
    actor,
    name: names.get(actor) || one.actor[0]?.display || actor,
    kind: KINDS[type as keyof typeof KINDS] ?? "practitioner",
  };
}

const hoursKey = (schedule: string) => ["schedule-hours", schedule] as const;

export const useHours = (schedule: string) =>
  useQuery({
    queryKey: hoursKey(schedule),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/scheduling/schedules/{schedule}/hours", { params: { path: { schedule } }, signal })),
  });

/** Changes of hours; the answer is what now holds. */
export function useHoursChange<Input>(schedule: string, change: (input: Input) => Promise<Hours>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (hours) => {
      client.setQueryData(hoursKey(schedule), hours);
      void client.invalidateQueries({ queryKey: ["calendar"] });
      if (hours.affected > 0) toast({ tone: "warning", text: t("schedules.affected", { count: hours.affected }) });
    },
  });
}

export const addException = (schedule: string, body: HoursChange): Promise<Hours> =>
  answer(api.POST("/api/scheduling/schedules/{schedule}/exceptions", { params: { path: { schedule } }, body }));

export const takeOut = (schedule: string, exception: string): Promise<Hours> =>
  answer(
    api.DELETE("/api/scheduling/schedules/{schedule}/exceptions/{exception}", {
      params: { path: { schedule, exception } },
    }),
  );

const SERVICES_KEY = ["scheduling-services"] as const;

export const useServices = () =>
  useQuery({
    queryKey: SERVICES_KEY,
    queryFn: ({ signal }) => answer(api.GET("/api/scheduling/services", { signal })),
  });

/** A service as it is to be; refused when somebody else has changed it since. */
export function useServiceChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Service) => {
      const { id, version, reference: _, ...body } = wanted;
      return answer(
        api.PUT("/api/scheduling/services/{service}", { params: { path: { service: id }, query: { version } }, body }),
      );
    },
    onSuccess: (kept) =>
      client.setQueryData(
        SERVICES_KEY,
        (before: Schemas["Services"] | undefined) =>
          before && { ...before, services: before.services.map((one) => (one.id === kept.id ? kept : one)) },
      ),
    onError: () => client.invalidateQueries({ queryKey: SERVICES_KEY }),
  });
}

/** Why it was refused: changed meanwhile, or what the server said. */
export function refusalOf(problem: unknown): string {
  if (problem instanceof Problem && problem.status === 412) return t("schedules.changedMeanwhile");
  return (problem instanceof Problem && problem.detail) || t("schedules.saveFailed");
}
