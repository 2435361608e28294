/** What charting asks of the server. */
import type { Practitioner } from "fhir/r4";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { resources, search } from "../../fhir/client.ts";
import { listName } from "../../fhir/names.ts";
import type { Measured } from "./vitals.ts";

export type NoteLine = Schemas["NoteLine"];
export type Template = Schemas["NoteTemplate"];
export type Workspace = Schemas["Workspace"];
export type Way = Schemas["VisitOpening"]["way"];

// --- visits

interface Opening {
  readonly appointment?: string;
  readonly patient?: string;
  readonly reason?: string;
  readonly way?: Way;
}

/** Opens a visit, or the one that is open already; its logical id. */
export async function openVisit({ appointment, patient, reason = "", way = "visit" }: Opening): Promise<string> {
  const body = { ...(appointment && { appointment }), ...(patient && { patient }), reason, way };
  return (await answer(api.POST("/api/charting/encounters", { body }))).id;
}

export const workspace = (encounter: string, signal?: AbortSignal): Promise<Workspace> =>
  answer(
    api.GET("/api/charting/encounters/{encounter}/workspace", {
      params: { path: { encounter } },
      ...(signal && { signal }),
    }),
  );

export const finishVisit = (encounter: string, anyway: boolean) =>
  answer(
    api.POST("/api/charting/encounters/{encounter}/finish", { params: { path: { encounter } }, body: { anyway } }),
  );

/** Where the visit's summary lies, as PDF. */
export const summaryHref = (encounter: string): string =>
  `/api/charting/encounters/${encodeURIComponent(encounter)}/summary`;

// --- drafts

export interface DraftText {
  readonly text: string;
  /** When, in milliseconds; it names this save to the next one. */
  readonly saved: number;
  /** What it was begun from has been signed or changed since. */
  readonly isStale: boolean;
}

/** One's draft at a place; null where there is none. */
export async function readDraft(place: string, signal?: AbortSignal): Promise<DraftText | null> {
  try {
    const found = await answer(
      api.GET("/api/drafts/{place}", { params: { path: { place } }, ...(signal && { signal }) }),
    );
    return { text: found.text, saved: found.saved, isStale: found.stale };
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
}

interface Draft {
  readonly patientId: string;
  readonly text: string;
  readonly base: number;
  /** The save it follows; without it the draft takes the place of what is there. */
  readonly after?: number;
}

/** Where the draft of a note's addendum is kept. */
export const addendumPlace = (noteId: string): string => `addendum:${noteId}`;

/** Keeps a draft; when it was saved. */
export async function saveDraft(place: string, { patientId, text, base, after }: Draft): Promise<number> {
  const body = { patient: patientId, text, base, after: after ?? null };
  return (await answer(api.PUT("/api/drafts/{place}", { params: { path: { place } }, body }))).saved;
}

export const discardDraft = (place: string) =>
  answer(api.DELETE("/api/drafts/{place}", { params: { path: { place } } }));

// --- notes

export const templates = async (signal?: AbortSignal): Promise<Template[]> =>
  (await answer(api.GET("/api/charting/templates", { ...(signal && { signal }) }))).templates;

/** A patient's notes, newest first, each with its addenda. */
export const notesOf = async (patient: string, signal?: AbortSignal): Promise<NoteLine[]> =>
  (
    await answer(
      api.GET("/api/charting/patients/{patient}/notes", {
        params: { path: { patient } },
        ...(signal && { signal }),
      }),
    )
  ).notes;

interface NewNote {
  readonly encounterId: string;
  readonly text: string;
  readonly template: Template | undefined;
  readonly cosigner: string | null;
  readonly isWithheld: boolean;
}

/** Puts a note into the chart and signs it, in one step. */
export const writeNote = ({ encounterId, text, template, cosigner, isWithheld }: NewNote) =>
  answer(
    api.POST("/api/charting/notes", {
      body: {
        encounter: encounterId,
        text,
        kind: template?.kind ?? "11506-3",
        title: template?.title ?? "",
        cosigner,
        withheld: isWithheld,
        sign: true,
      },
    }),
  );

export const signNote = (note: NoteLine) =>
  answer(
    api.POST("/api/charting/notes/{note}/sign", {
      params: { path: { note: note.id } },
      body: { base: note.version, withheld: false },
    }),
  );

export const cosignNote = (note: string) =>
  answer(api.POST("/api/charting/notes/{note}/cosign", { params: { path: { note } } }));

export const addAddendum = (note: string, text: string) =>
  answer(api.POST("/api/charting/notes/{note}/addenda", { params: { path: { note } }, body: { text } }));

/** Who could co-sign: the organisation's practitioners. */
export async function cosigners(signal?: AbortSignal): Promise<{ value: string; label: string }[]> {
  const found = await search("Practitioner", new URLSearchParams({ _count: "100", _sort: "family" }), signal);
  return resources<Practitioner>(found, "Practitioner").map((one) => ({
    value: `Practitioner/${one.id}`,
    label: listName(one.name),
  }));
}

// --- vitals

interface Taking {
  readonly patientId: string;
  readonly encounterId: string | undefined;
  readonly items: readonly Measured[];
  readonly confirmed: readonly string[];
}

/** Puts what was measured into the chart; how many Observations it made. */
export async function takeVitals({ patientId, encounterId, items, confirmed }: Taking): Promise<number> {
  const made = await answer(
    api.POST("/api/charting/vitals", {
      body: {
        patient: patientId,
        encounter: encounterId ?? null,
        items: items.map((one) => ({ ...one, value: Number(one.value) })),
        confirmed: [...confirmed],
      },
    }),
  );
  return made.observations.length;
}

// --- what is found, given and done

export interface Diagnosis {
  /** ICD-10-CM; empty for a problem in words. */
  readonly code: string;
  readonly display: string;
}

export const diagnoses = async (q: string, signal?: AbortSignal): Promise<Diagnosis[]> =>
  (await answer(api.GET("/api/charting/conditions/codes", { params: { query: { q } }, ...(signal && { signal }) })))
    .choices;

export type CodeList = "substances" | "vaccines" | "procedures";

const LISTS = {
  substances: "/api/charting/allergies/codes",
  vaccines: "/api/charting/immunizations/codes",
  procedures: "/api/charting/procedures/codes",
} as const;

/** The codes of a list. */
export async function choices(list: CodeList, signal?: AbortSignal): Promise<Coded[]> {
  const found = await answer(api.GET(LISTS[list], { ...(signal && { signal }) }));
  return found.choices.map(({ code, display }) => ({ code, text: display }));
}

/** A word with its code, or without one where the list has none. */
export interface Coded {
  readonly code: string;
  readonly text: string;
}

interface About {
  readonly patientId: string;
  readonly encounterId?: string | undefined;
}

const about = ({ patientId, encounterId }: About) => ({ patient: patientId, encounter: encounterId ?? null });

interface NewProblem extends About {
  readonly diagnosis: Diagnosis;
  readonly onset: string | null;
  readonly note: string;
}

export const recordProblem = ({ diagnosis, onset, note, ...whose }: NewProblem) =>
  answer(
    api.POST("/api/charting/problems", {
      body: {
        ...about(whose),
        code: diagnosis.code,
        text: diagnosis.code ? "" : diagnosis.display,
        onset,
        note,
        confirmed: true,
        atVisitOnly: false,
      },
    }),
  );

export const changeProblem = (problem: string, status: "active" | "resolved") =>
  answer(api.POST("/api/charting/problems/{problem}/status", { params: { path: { problem } }, body: { status } }));

interface NewAllergy extends About {
  readonly substance: Coded;
  readonly reaction: string;
  readonly severity: "mild" | "moderate" | "severe" | null;
}

const NO_ALLERGY = {
  none: false,
  substance: "",
  text: "",
  category: "",
  criticality: "",
  kind: "allergy",
  reaction: "",
  severity: "",
} as const;

export const recordAllergy = ({ substance, reaction, severity, ...whose }: NewAllergy) =>
  answer(
    api.POST("/api/charting/allergies", {
      body: {
        ...NO_ALLERGY,
        ...about(whose),
        substance: substance.code,
        text: substance.code ? "" : substance.text,
        reaction,
        severity: severity ?? "",
        criticality: severity === "severe" ? "high" : "",
      },
    }),
  );

/** That somebody asked, and there is none. */
export const recordNoAllergy = (whose: About) =>
  answer(api.POST("/api/charting/allergies", { body: { ...NO_ALLERGY, ...about(whose), none: true } }));

interface NewImmunization extends About {
  readonly vaccine: Coded;
  readonly day: string | null;
  readonly lot: string;
  readonly site: string;
}

export const recordImmunization = ({ vaccine, day, lot, site, ...whose }: NewImmunization) =>
  answer(
    api.POST("/api/charting/immunizations", {
      body: { ...about(whose), vaccine: vaccine.code, at: day, lot, site, reported: false, note: "" },
    }),
  );

interface NewProcedure extends About {
  readonly procedure: Coded;
  readonly day: string | null;
  readonly note: string;
}

export const recordProcedure = ({ procedure, day, note, ...whose }: NewProcedure) =>
  answer(
    api.POST("/api/charting/procedures", {
      body: { ...about(whose), code: procedure.code, text: procedure.code ? "" : procedure.text, at: day, note },
    }),
  );
