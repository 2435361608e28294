/** The `/api` of the server, typed by its own description: `api.GET("/api/edition")`, or `answer(…)` to get data or a throw. */
import createClient from "openapi-fetch";
import { type Problem, problemOf } from "./problem.ts";
import type { components, paths } from "./schema.d.ts";
import { send } from "./send.ts";

export type Schemas = components["schemas"];

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", fetch: send });

interface Outcome<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer; throws a `Problem` for a refusal. */
export async function answer<T>(asked: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response, error) satisfies Problem;
  return data as T;
}
