import { type CSSProperties, type KeyboardEvent, type ReactElement, useEffect, useRef } from "react";
import { t } from "../../i18n/index.ts";
import { showTimeIn } from "../../ui/zones.ts";
import { actorsAfter, clashesWith, type Entry } from "./calendar.ts";
import { type Carry, type Column, hasMoved, nudged } from "./carry.ts";
import { minutesOf } from "./grid.ts";

export interface GhostProps {
  readonly carry: Carry;
  readonly entry: Entry | undefined;
  readonly entries: readonly Entry[];
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
    </div>
  );
}

function clashOf({ carry, entry, entries }: GhostProps): boolean {
  if (!entry) return false;
  const actors = actorsAfter(entry.actors, carry.from.column.actor, carry.now.column.actor);
  return clashesWith(entries, carry.id, carry.now.span, actors).length > 0;
}
