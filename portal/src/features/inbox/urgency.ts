/** How a task's date stands to now. */

export type Urgency = "overdue" | "today" | "later" | "none";

/** Whether `due` (an instant, or empty) has passed, is today, or is later; by the days of this place. */
export function urgency(due: string, now: Date): Urgency {
  const at = new Date(due);
  if (due === "" || Number.isNaN(at.getTime())) return "none";
  if (at < now) return "overdue";
  return at.toDateString() === now.toDateString() ? "today" : "later";
}

/** The end of a local day (`2026-03-12`) as an instant. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:00`).toISOString();
