/** What the clinic has said of reminders, results and recordings: kept as extensions of its Organization. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Organization } from "fhir/r4";
import { answer, api, type Schemas } from "../../api/index.ts";
import { ORGANISATION_KEY } from "./organisation.ts";

const HOURS = "https://meridian-pms.com/fhir/StructureDefinition/reminder-hours";

/** Hours before a visit at which its patient is reminded, where the clinic has said none. */
const USUAL_HOURS: readonly number[] = [48, 2];
const MOST_REMINDERS = 4;
const LONGEST = 24 * 30;

export type Release = Schemas["ReleasePolicy-Output"];
export const RELEASES = ["immediate", "delayed", "signed"] as const satisfies readonly Release["release"][];

/** Hours before a visit, the earliest reminder first. */
export function reminderHours(organisation: Organization): readonly number[] {
  const said = (organisation.extension ?? []).flatMap(({ url, valuePositiveInt }) =>
    url === HOURS && valuePositiveInt ? [valuePositiveInt] : [],
  );
  return said.length > 0 ? said : USUAL_HOURS;
}

/** `organisation` with other hours; everything else of it stays. */
export function reminding(organisation: Organization, hours: readonly number[]): Organization {
  const others = (organisation.extension ?? []).filter((one) => one.url !== HOURS);
  return { ...organisation, extension: [...others, ...hours.map((one) => ({ url: HOURS, valuePositiveInt: one }))] };
}

/** The hours that are written, as "48, 2": one to four, the most first; `undefined` when they are something else. */
export function readHours(text: string): readonly number[] | undefined {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const hours = [...new Set(words.map(Number))].sort((a, b) => b - a);
  const areFew = hours.length > 0 && hours.length <= MOST_REMINDERS;
  return areFew && words.every((one) => /^\d+$/.test(one)) && hours.every((one) => one >= 1 && one <= LONGEST)
    ? hours
    : undefined;
}

/** Hours until a result is released; `undefined` when they are none the server takes. */
export function readDelay(text: string): number | undefined {
  const hours = Number(text);
  return /^\d{1,3}$/.test(text.trim()) && hours >= 1 && hours <= LONGEST ? hours : undefined;
}

const RELEASE_KEY = ["result-policy"] as const;
const VIDEO_KEY = ["video-policy"] as const;

export const useRelease = () =>
  useQuery({ queryKey: RELEASE_KEY, queryFn: ({ signal }) => answer(api.GET("/api/results/policy", { signal })) });

/** When patients see results that come from now on. The Organization is another version then. */
export function useKeepRelease() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Release) => answer(api.PUT("/api/results/policy", { body })),
    onSuccess: (kept) => {
      client.setQueryData(RELEASE_KEY, kept);
      return client.invalidateQueries({ queryKey: ORGANISATION_KEY });
    },
  });
}

export const useVideoPolicy = () =>
  useQuery({ queryKey: VIDEO_KEY, queryFn: ({ signal }) => answer(api.GET("/api/video-visits/policy", { signal })) });

/** Whether clinicians may ask to record a video visit. The Organization is another version then. */
export function useKeepVideoPolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (recording: boolean) => answer(api.PUT("/api/video-visits/policy", { body: { recording } })),
    onSuccess: (kept) => {
      client.setQueryData(VIDEO_KEY, kept);
      return client.invalidateQueries({ queryKey: ORGANISATION_KEY });
    },
  });
}
