/**
 * The FHIR R4 interface as the portal uses it: same origin, the session's cookie, JSON. What is refused is thrown as a
 * `FhirFault`; a network that does not answer is a `Problem`, as everywhere.
 */
import type { Bundle, FhirResource, Parameters } from "fhir/r4";
import { send } from "../api/index.ts";
import { type FhirFault, faultOf } from "./fault.ts";

const BASE = "/fhir/R4";

interface Ask {
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

async function ask<T>(path: string, { method = "GET", body, headers = {}, signal }: Ask = {}): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/fhir+json", ...headers } };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/fhir+json" };
  }
  const response = await send(BASE + path, init);
  const content: unknown = await response.json().catch(() => undefined);
  const requestId = response.headers.get("X-Request-ID") ?? undefined;
  if (!response.ok) throw faultOf(response.status, content, requestId);
  return content as T;
}

/** A page of a search: the bundle as it came. */
export const search = (type: string, query: URLSearchParams, signal?: AbortSignal): Promise<Bundle> =>
  ask<Bundle>(`/${type}?${query.toString()}`, { signal });

/** The page a bundle's `next` link leads to; `undefined` at the end. */
export function next(bundle: Bundle, signal?: AbortSignal): Promise<Bundle> | undefined {
  const path = onward(bundle);
  return path === undefined ? undefined : ask<Bundle>(path, { signal });
}

/** Creates a resource and answers it as the server keeps it; `ifNoneExist` makes a repeated sending harmless. */
export function create<T extends FhirResource>(resource: T, ifNoneExist?: string): Promise<T> {
  const headers = { Prefer: "return=representation", ...(ifNoneExist ? { "If-None-Exist": ifNoneExist } : {}) };
  return ask<T>(`/${resource.resourceType}`, { method: "POST", body: resource, headers });
}

/** Writes a new version of a resource, if it is still at the version that was read. */
export function update<T extends FhirResource>(resource: T): Promise<T> {
  const version = resource.meta?.versionId;
  const headers = { Prefer: "return=representation", ...(version ? { "If-Match": `W/"${version}"` } : {}) };
  return ask<T>(`/${resource.resourceType}/${resource.id}`, { method: "PUT", body: resource, headers });
}

/** An operation of the standard or of ours, `Appointment/$find`, by POST: with what it asks for as Parameters. */
export const operate = <T>(path: string, parameter: Parameters["parameter"], signal?: AbortSignal): Promise<T> =>
  ask<T>(`/${path}`, { method: "POST", body: { resourceType: "Parameters", parameter }, signal });

/**
 * Several searches (or reads, which answer a bundle of one) in one round trip, in the order they were asked; one that is
 * refused is a fault in its place.
 */
export async function searches(urls: readonly string[], signal?: AbortSignal): Promise<(Bundle | FhirFault)[]> {
  const entry = urls.map((url) => ({ request: { method: "GET" as const, url } }));
  const batch: Bundle = { resourceType: "Bundle", type: "batch", entry };
  const answer = await ask<Bundle>("", { method: "POST", body: batch, signal });
  return urls.map((_, place) => unpacked(answer.entry?.[place]));
}

function unpacked(entry: NonNullable<Bundle["entry"]>[number] | undefined): Bundle | FhirFault {
  const status = Number.parseInt(entry?.response?.status ?? "500", 10);
  const resource = status < 300 ? entry?.resource : undefined;
  if (resource?.resourceType === "Bundle") return resource as Bundle;
  if (resource) return { resourceType: "Bundle", type: "searchset", entry: [{ resource }] };
  return faultOf(status, entry?.response?.outcome ?? entry?.resource, undefined);
}

/** The resources of one type in a bundle, in order. */
export function resources<T extends FhirResource>(bundle: Bundle | undefined, type: T["resourceType"]): T[] {
  return (bundle?.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource as T] : []));
}

/** All that a share opens of one patient's record at another organisation, page by page. */
export async function shared(share: string, patient: string, signal?: AbortSignal): Promise<FhirResource[]> {
  const headers = { "X-Meridian-Share": share };
  const found: FhirResource[] = [];
  let path: string | undefined = `/Patient/${patient}/$everything?_count=200`;
  while (path) {
    const page: Bundle = await ask<Bundle>(path, { headers, signal });
    for (const { resource } of page.entry ?? []) if (resource) found.push(resource as FhirResource);
    path = onward(page);
  }
  return found;
}

function onward(bundle: Bundle): string | undefined {
  const url = bundle.link?.find((link) => link.relation === "next")?.url;
  if (!url) return undefined;
  const there = new URL(url, window.location.origin);
  return there.pathname.slice(BASE.length) + there.search;
}
