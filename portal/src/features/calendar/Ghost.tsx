import { type CSSProperties, type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { showDay } from "../../ui/index.ts";
import { dayWords, isoIn, showTimeIn, wallOf } from "../../ui/zones.ts";
import { type Actor, actorsAfter, clashesWith, type Entry } from "./calendar.ts";
import { type Carry, type Column, hasMoved, nudged } from "./carry.ts";
import { minutesOf } from "./grid.ts";

export interface GhostProps {
  readonly carry: Carry;
  readonly entry: Entry | undefined;
  readonly entries: readonly Entry[];
  readonly actors: readonly Actor[];
  readonly columns: readonly Column[];
  readonly zone: string;
  readonly place: CSSProperties;
  readonly onCarry: (carry: Carry | null) => void;
  readonly onDrop: (carry: Carry) => void;
}

/**
 * What is carried, where it would be. Carried by keys it has the focus, and each step is said aloud: `application` lets the
 * arrow keys through to it in a screen reader.
 */
export function Ghost(props: GhostProps): ReactElement {
  const { carry, entry, columns, zone, onCarry, onDrop } = props;
  const box = useRef<HTMLDivElement>(null);
  const isKeys = carry.by === "keys";
  const { span } = carry.now;
  const clash = clashOf(props);
  const words = wordsOf(carry, props.actors, zone, clash);

  useEffect(() => {
    if (isKeys) box.current?.focus({ preventScroll: true });
  }, [isKeys]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is brought into sight whenever it has moved
  useEffect(() => {
    box.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [span.start, span.end, carry.now.column.key]);

  function press(event: KeyboardEvent): void {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onCarry(null);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onCarry(null);
      if (hasMoved(carry)) onDrop(carry);
    } else {
      const next = nudged(carry, event, columns, zone);
      if (!next) return;
      event.preventDefault();
      onCarry(next);
    }
  }

  return (
    <div
      ref={box}
      className="ghost"
      style={props.place}
      data-clash={clash ? "" : undefined}
      data-keys={isKeys || undefined}
      {...(isKeys && {
        role: "application",
        tabIndex: 0,
        "aria-label": t("calendar.carrying", { name: entry?.patient?.name ?? t("calendar.appointment") }),
        onKeyDown: press,
      })}
    >
      <span className="strong tabular">
        {showTimeIn(span.start, zone)}–{showTimeIn(span.end, zone)}
      </span>
      <span>{entry?.patient?.name ?? (carry.how === "draw" ? t("calendar.newHere") : "")}</span>
      <span className="small">{clash ? t("calendar.clash") : t("calendar.minutes", { count: minutesOf(span) })}</span>
      {isKeys && <Spoken words={words} />}
    </div>
  );
}

/** Says what changed, once the keys rest: each step of a held key would be noise. */
function Spoken({ words }: { words: string }): ReactElement {
  const [said, setSaid] = useState(() => t("calendar.carryHelp"));
  const first = useRef(words);
  useEffect(() => {
    if (words === first.current) return;
    const timer = setTimeout(() => setSaid(words), 150);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <span className="visually-hidden" role="status">
      {said}
    </span>
  );
}

function clashOf({ carry, entry, entries }: GhostProps): boolean {
  if (!entry) return false;
  const actors = actorsAfter(entry.actors, carry.from.column.actor, carry.now.column.actor);
  return clashesWith(entries, carry.id, carry.now.span, actors).length > 0;
}

function wordsOf(carry: Carry, actors: readonly Actor[], zone: string, clash: boolean): string {
  const { span, column } = carry.now;
  const { day } = wallOf(span.start, zone);
  const where = actors.find((one) => one.reference === column.actor)?.name;
  return [
    `${dayWords(day, "weekday")} ${showDay(day)}`,
    t("calendar.fromTo", { from: isoIn(span.start, zone).slice(11, 16), to: isoIn(span.end, zone).slice(11, 16) }),
    where,
    clash && t("calendar.clash"),
  ]
    .filter(Boolean)
    .join(", ");
}
