/** Small words about medicines that several screens need. */
import { currentLocale } from "../../i18n/index.ts";
import type { MedicineLine } from "./api.ts";

/** `warfarin, aspirin and ibuprofen`, as the language joins them. */
export const listed = (items: readonly string[]): string => new Intl.ListFormat(currentLocale()).format(items);

/** What a patient is meant to be taking now. */
export const isActive = ({ status }: MedicineLine): boolean => status === "active" || status === "on-hold";

/** The logical id of a line's resource. */
export const idOf = ({ reference }: MedicineLine): string => reference.split("/")[1] ?? "";

const SOON_DAYS = 7;

/** How near the day is on which a medicine runs out. */
export function runsOutState(day: string | undefined, today: string): "past" | "soon" | "later" | "unknown" {
  if (!day) return "unknown";
  if (day < today) return "past";
  return (Date.parse(day) - Date.parse(today)) / 86_400_000 <= SOON_DAYS ? "soon" : "later";
}
