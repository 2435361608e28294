/** Whose hours there are, the hours themselves, and services; and changing them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Device, Location, Practitioner, Schedule } from "fhir/r4";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { resources, search } from "../../fhir/client.ts";
import { spokenName } from "../../fhir/names.ts";
import { t } from "../../i18n/index.ts";
import { toast } from "../../ui/index.ts";
import type { Choosable, Service, Settings } from "./service.ts";

export type Hours = Schemas["Hours"];
export type HoursChange = Schemas["Hours"]["exceptions"][number];

export type Kind = "practitioner" | "room" | "device";

export interface ScheduleName {
  readonly id: string;
  readonly actor: string;
  readonly name: string;
  readonly kind: Kind;
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

/** A service, new or as it is to be; refused when somebody else has changed it since. */
export function useServiceKeeping() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ before, settings }: { before: Service | null; settings: Settings }) => {
      const body = plain(settings);
      if (!before) return answer(api.POST("/api/scheduling/services", { body }));
      const { id, version } = before;
      return answer(
        api.PUT("/api/scheduling/services/{service}", { params: { path: { service: id }, query: { version } }, body }),
      );
    },
    onSuccess: (kept) =>
      client.setQueryData(SERVICES_KEY, (before: Schemas["Services"] | undefined) => {
        if (!before) return before;
        const others = before.services.filter((one) => one.id !== kept.id);
        return { ...before, services: [...others, kept].sort((a, b) => a.name.localeCompare(b.name)) };
      }),
    onSettled: () => client.invalidateQueries({ queryKey: SERVICES_KEY }),
  });
}

/** Without what only a service that is kept has. */
function plain(settings: Settings & Partial<Service>): Settings {
  const { id: _, version: __, reference: ___, ...body } = settings;
  return body;
}

const OFF = new Set(["inactive", "suspended"]);

/** People who work here, and rooms: whoever could have hours. */
export const useBookable = () =>
  useQuery({
    queryKey: ["bookable"],
    queryFn: async ({ signal }) => {
      const all = new URLSearchParams({ _count: "500" });
      const [people, places] = await Promise.all([
        search("Practitioner", all, signal),
        search("Location", all, signal),
      ]);
      return {
        people: resources<Practitioner>(people, "Practitioner")
          .filter((one) => one.active !== false)
          .map((one) => ({ reference: `Practitioner/${one.id}`, name: spokenName(one.name) })),
        rooms: resources<Location>(places, "Location")
          .filter((one) => !OFF.has(one.status ?? "") && isRoom(one))
          .map((one) => ({ reference: `Location/${one.id}`, name: one.name ?? "", kinds: kindsOf(one) })),
      };
    },
  });

const isRoom = (place: Location): boolean => place.physicalType?.coding?.some((one) => one.code === "ro") ?? false;

const kindsOf = (place: Location) =>
  (place.type ?? []).flatMap(({ coding = [], text }) =>
    coding.flatMap(({ code, display }) => (code ? [{ value: code, label: text ?? display ?? code }] : [])),
  );

/** The kinds that rooms are of, each once. */
export const roomKinds = (rooms: readonly { readonly kinds: ReturnType<typeof kindsOf> }[]) => [
  ...new Map(rooms.flatMap(({ kinds }) => kinds).map((one) => [one.value, one])).values(),
];

/** Forms that can be sent, as a service names them. */
export const formsInUse = async (signal: AbortSignal): Promise<Choosable[]> =>
  (await answer(api.GET("/api/forms/questionnaires", { params: { query: { all: false } }, signal }))).forms.map(
    ({ id, title }) => ({ reference: `Questionnaire/${id}`, name: title }),
  );

/** A schedule for somebody or some room; or a device with one. */
export function useScheduleMaking() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: { actor: string } | { device: string }) =>
      "device" in wanted
        ? answer(api.POST("/api/scheduling/devices", { body: { name: wanted.device } }))
        : answer(api.POST("/api/scheduling/schedules", { body: { actor: wanted.actor } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["schedules"] }),
  });
}

/** Why it was refused: changed meanwhile, or what the server said. */
export function refusalOf(problem: unknown): string {
  if (problem instanceof Problem && problem.status === 412) return t("schedules.changedMeanwhile");
  return (problem instanceof Problem && problem.detail) || t("schedules.saveFailed");
}
