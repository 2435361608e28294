/** What destroying a patient's key asks of the server. */
import { answer, api, type Schemas } from "../../api/index.ts";

export type Destructions = Schemas["Destructions"];
export type Line = Schemas["DestructionLine"];
export type Hold = Schemas["HoldLine"];
export type Picture = Schemas["DestructionPicture"];
export type Finding = Schemas["DestructionFinding"];
export type Reason = Schemas["DestructionOrder"]["reason"];
export type Override = NonNullable<Schemas["DestructionApproval"]["override"]>;
export type HoldReason = Schemas["HoldOrder"]["reason"];

export const KEY = ["destructions"] as const;
export const REASONS = ["patient-request", "retention-ended", "recorded-in-error", "court-order"] as const;
export const OVERRIDES = ["local-law", "court-order", "no-care-given", "settled-elsewhere"] as const;
export const HOLDS = ["litigation", "investigation", "audit", "other"] as const;

export const listed = (signal?: AbortSignal): Promise<Destructions> =>
  answer(api.GET("/api/destructions", { ...(signal && { signal }) }));

/** What would be lost of a patient, by logical id or identifier. */
export const pictureOf = (patient: string): Promise<Picture> =>
  answer(api.POST("/api/destructions/preview", { body: { patient } }));

export const ask = (patient: string, reason: Reason): Promise<Line> =>
  answer(api.POST("/api/destructions", { body: { patient, reason } }));

export interface Approval {
  readonly typed: string;
  readonly password: string;
  readonly override: Override | null;
  readonly why: string;
}

export const approve = (request: string, seen: string, said: Approval): Promise<Line> =>
  answer(api.POST("/api/destructions/{request}/approve", { params: { path: { request } }, body: { seen, ...said } }));

export const refuse = (request: string): Promise<Line> =>
  answer(api.POST("/api/destructions/{request}/refuse", { params: { path: { request } } }));

export const withdraw = (request: string): Promise<Line> =>
  answer(api.POST("/api/destructions/{request}/withdraw", { params: { path: { request } } }));

export const hold = (patient: string, reason: HoldReason): Promise<Picture> =>
  answer(api.POST("/api/destructions/holds", { body: { patient, reason } }));

export async function lift(patient: string): Promise<void> {
  await answer(api.DELETE("/api/destructions/holds/{patient}", { params: { path: { patient } } }));
}
