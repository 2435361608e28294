/** What forms ask of the server. */
import type { Bundle, Questionnaire, QuestionnaireResponse, QuestionnaireResponseItem, Task } from "fhir/r4";
import { answer, api, type Schemas } from "../../api/index.ts";
import { resources, search } from "../../fhir/client.ts";

export const MINE_KEY = ["forms", "mine"] as const;

export type FormLine = Schemas["Form"];
export type Review = Omit<Schemas["Review"], "form" | "response"> & {
  readonly form: Questionnaire;
  readonly items: readonly QuestionnaireResponseItem[];
  readonly score: number | null;
  readonly authored: string;
};

// --- the clinic's forms

/** Forms by title: those in use, or with `every` all of them. */
export async function listForms(every: boolean, signal?: AbortSignal): Promise<FormLine[]> {
  const asked = api.GET("/api/forms/questionnaires", {
    params: { query: { all: every } },
    ...(signal && { signal }),
  });
  return (await answer(asked)).forms;
}

export interface Kept {
  readonly form: Questionnaire;
  /** The version it was read at. */
  readonly base: number | null;
}

export async function readForm(form: string, signal?: AbortSignal): Promise<Kept> {
  const found = await answer(
    api.GET("/api/forms/questionnaires/{form}", { params: { path: { form } }, ...(signal && { signal }) }),
  );
  return { form: found.resource as unknown as Questionnaire, base: found.version };
}

/** Keeps a form, as a draft or for use; what the list shows of it. */
export function saveForm({ form, base }: Kept, publish: boolean): Promise<FormLine> {
  const resource = { ...versioned(form, publish), status: publish ? "active" : form.status };
  if (!form.id) return answer(api.POST("/api/forms/questionnaires", { body: { resource, base: null } }));
  return answer(
    api.PUT("/api/forms/questionnaires/{form}", { params: { path: { form: form.id } }, body: { resource, base } }),
  );
}

/** The form with the next number as its version, when it is published. */
function versioned(form: Questionnaire, publish: boolean): Questionnaire {
  if (!publish) return form;
  return { ...form, version: String((Number.parseInt(form.version ?? "0", 10) || 0) + 1), date: today() };
}

const today = (): string => new Date().toISOString().slice(0, 10);

interface Sending {
  readonly patientId: string;
  readonly form: string;
  readonly due: string | null;
}

export const sendForm = ({ patientId, form, due }: Sending) =>
  answer(
    api.POST("/api/forms/send", {
      body: { patient: patientId, questionnaire: form, appointment: null, due: due && `${due}T23:59:00Z` },
    }),
  );

// --- patients

export interface Filling {
  readonly form: Questionnaire;
  readonly items: readonly QuestionnaireResponseItem[];
  /** The version of the answers that were read; null before the first saving. */
  readonly base: number | null;
}

type Asked = Schemas["AskedForm"];

/** The forms that one is asked to fill in, soonest first. */
export const myForms = async (signal?: AbortSignal): Promise<Asked[]> =>
  (await answer(api.GET("/api/forms/mine", { ...(signal && { signal }) }))).forms;

export async function readFilling(task: string, signal?: AbortSignal): Promise<Filling> {
  const found = await answer(
    api.GET("/api/forms/mine/{task}", { params: { path: { task } }, ...(signal && { signal }) }),
  );
  return {
    form: found.form as unknown as Questionnaire,
    items: itemsOf(found.response?.items ?? []),
    base: found.response?.version ?? null,
  };
}

const itemsOf = (items: readonly object[]): QuestionnaireResponseItem[] =>
  items as unknown as QuestionnaireResponseItem[];

const sent = (items: readonly QuestionnaireResponseItem[]) => items.map((one) => ({ ...one }));

/** Keeps the answers so far; the version they have now. */
export const saveFilling = async (
  task: string,
  items: readonly QuestionnaireResponseItem[],
  base: number | null,
): Promise<number> => {
  const body = { items: sent(items), base };
  return (await answer(api.PUT("/api/forms/responses/{task}", { params: { path: { task } }, body }))).version;
};

export const sendFilling = (task: string, items: readonly QuestionnaireResponseItem[], base: number | null) =>
  answer(
    api.POST("/api/forms/responses/{task}/submit", {
      params: { path: { task } },
      body: { items: sent(items), base },
    }),
  );

// --- staff

interface TakingDown {
  readonly patientId: string;
  readonly form: string;
  readonly encounterId: string | undefined;
  readonly items: readonly QuestionnaireResponseItem[];
}

/** Hands in what was filled in with the patient; the response's id. */
export const takeDown = async ({ patientId, form, encounterId, items }: TakingDown): Promise<string> =>
  (
    await answer(
      api.POST("/api/forms/taken", {
        body: { patient: patientId, questionnaire: form, encounter: encounterId ?? null, items: sent(items) },
      }),
    )
  ).id;

export async function readReview(response: string, signal?: AbortSignal): Promise<Review> {
  const {
    form,
    response: given,
    ...rest
  } = await answer(
    api.GET("/api/forms/reviews/{response}", { params: { path: { response } }, ...(signal && { signal }) }),
  );
  return {
    ...rest,
    form: form as unknown as Questionnaire,
    items: itemsOf(given.items),
    score: given.score,
    authored: given.authored,
  };
}

export const finishReview = (response: string, accept: readonly string[], note: string) =>
  answer(
    api.POST("/api/forms/reviews/{response}", {
      params: { path: { response } },
      body: { accept: [...accept], note },
    }),
  );

const OURS = "https://meridian-pms.com/fhir/StructureDefinition";
const FORMS = "https://meridian-pms.com/fhir/Questionnaire/";

export interface ResponseLine {
  readonly id: string;
  readonly title: string;
  readonly authored: string;
  readonly status: QuestionnaireResponse["status"];
  readonly isReviewed: boolean;
  readonly score: number | undefined;
}

/** A patient's answered forms, newest first. */
export async function responsesOf(patient: string, signal?: AbortSignal): Promise<ResponseLine[]> {
  const query = new URLSearchParams({ patient, _sort: "-authored", _count: "100" });
  const found = resources<QuestionnaireResponse>(
    await search("QuestionnaireResponse", query, signal),
    "QuestionnaireResponse",
  );
  const ids = [...new Set(found.map(formOf).filter(Boolean))];
  const forms: Bundle | undefined =
    ids.length > 0 ? await search("Questionnaire", new URLSearchParams({ _id: ids.join(",") }), signal) : undefined;
  const titles = new Map(
    resources<Questionnaire>(forms, "Questionnaire").map((one) => [one.id ?? "", one.title ?? ""]),
  );
  return found.map((one) => ({
    id: one.id ?? "",
    title: titles.get(formOf(one)) ?? "",
    authored: one.authored ?? "",
    status: one.status,
    isReviewed: one.extension?.some((it) => it.url === `${OURS}/reviewed`) ?? false,
    score: one.extension?.find((it) => it.url === `${OURS}/score`)?.valueDecimal,
  }));
}

const formOf = (response: QuestionnaireResponse): string => {
  const [canonical = ""] = response.questionnaire?.split("|") ?? [];
  return canonical.startsWith(FORMS) ? canonical.slice(FORMS.length) : "";
};

const OPEN = "requested,received,accepted,in-progress,on-hold";
const TASKS = "https://meridian-pms.com/fhir/CodeSystem/task";

/** The forms a patient was asked to fill in and has not handed in. */
export async function waitingFor(patient: string, signal?: AbortSignal): Promise<Task[]> {
  const query = new URLSearchParams({ patient, code: `${TASKS}|complete-form`, status: OPEN, _count: "50" });
  return resources<Task>(await search("Task", query, signal), "Task");
}
