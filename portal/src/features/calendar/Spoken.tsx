import { type ReactElement, useEffect, useState } from "react";
import { t } from "../../i18n/index.ts";
import { showDay } from "../../ui/index.ts";
import { dayIn, dayWords, showTimeIn } from "../../ui/zones.ts";
import { type Actor, actorsAfter, clashesWith, type Entry } from "./calendar.ts";
import { type Carry, hasMoved } from "./carry.ts";

export interface SpokenProps {
  /** What is carried by keys. */
  readonly carry: Carry | null;
  readonly entries: readonly Entry[];
  readonly actors: readonly Actor[];
  readonly zone: string;
}

const PAUSE_MS = 150;

/** Tells a screen reader where the carried appointment is, once the keys rest: each step of a held key would be noise. */
export function Spoken({ carry, entries, actors, zone }: SpokenProps): ReactElement {
  const words = carry ? wordsOf(carry, entries, actors, zone) : "";
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <span className="visually-hidden" role="status">
      {said}
    </span>
  );
}

function wordsOf(carry: Carry, entries: readonly Entry[], actors: readonly Actor[], zone: string): string {
  if (!hasMoved(carry)) return t("calendar.carryHelp");
  const { span, column } = carry.now;
  const day = dayIn(span.start, zone);
  const entry = entries.find((one) => one.id === carry.id);
  const taken = actorsAfter(entry?.actors ?? [], carry.from.column.actor, column.actor);
  return [
    `${dayWords(day, "weekday")} ${showDay(day)}`,
    t("calendar.fromTo", { from: showTimeIn(span.start, zone), to: showTimeIn(span.end, zone) }),
    actors.find((one) => one.reference === column.actor)?.name,
    clashesWith(entries, carry.id, span, taken).length > 0 && t("calendar.clash"),
  ]
    .filter(Boolean)
    .join(", ");
}
