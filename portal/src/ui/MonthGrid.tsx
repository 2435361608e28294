import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useEffect, useId, useRef } from "react";
import { t } from "../i18n/index.ts";
import { IconButton } from "./Button.tsx";
import { showDay } from "./dates.ts";
import { dayAfter, daysFrom, dayWords, monthAfter, weekdayOf, weekOf } from "./zones.ts";
import "./MonthGrid.css";

/** What a day of the month is like. */
export interface DayLook {
  readonly isDisabled?: boolean | undefined;
  /** A bar below the number, of one of these looks. */
  readonly mark?: "some" | "all" | "off" | "extra" | undefined;
  /** The mark in words, read after the date. */
  readonly words?: string | undefined;
}

export interface MonthGridProps {
  readonly label: string;
  /** Any day of the month that is shown. */
  readonly month: string;
  readonly onMonth: (day: string) => void;
  readonly chosen: string | null;
  readonly onChoose: (day: string) => void;
  readonly look?: (day: string) => DayLook;
  readonly today?: string | undefined;
  /** The first and last day that may be looked at. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const plain = (): DayLook => ({});

const COLUMN: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** The days of a month, of which one is chosen. The arrow keys go from day to day, PageUp and PageDown from month to month. */
export function MonthGrid(props: MonthGridProps): ReactElement {
  const { label, month, onMonth, chosen, onChoose, look = plain, today, from, until } = props;
  const title = useId();
  const body = useRef<HTMLTableSectionElement>(null);
  const wanted = useRef<string | null>(null);
  const days = daysOfMonth(month);
  const [first = month] = days;
  const last = days.at(-1) ?? month;
  const entry = chosen && days.includes(chosen) ? chosen : (days.find((day) => !look(day).isDisabled) ?? first);
  const mayGo = (day: string): boolean => (!from || day >= from) && (!until || day <= until);

  useEffect(() => {
    if (!wanted.current || !month) return;
    body.current?.querySelector<HTMLElement>(`[data-day="${wanted.current}"]`)?.focus();
    wanted.current = null;
  }, [month]);

  function press(event: KeyboardEvent): void {
    const here = (event.target as HTMLElement).dataset.day;
    if (!here) return;
    const target = targetOf(event.key, here);
    if (!target || !mayGo(target)) return;
    event.preventDefault();
    if (target >= first && target <= last) {
      body.current?.querySelector<HTMLElement>(`[data-day="${target}"]`)?.focus();
    } else {
      wanted.current = target;
      onMonth(target);
    }
  }

  return (
    <div className="month">
      <div className="month-head">
        <IconButton
          icon={ChevronLeft}
          label={t("ui.monthBefore")}
          isDisabled={!mayGo(dayAfter(first, -1))}
          onPress={() => onMonth(monthAfter(first, -1))}
        />
        <p id={title} className="strong" aria-live="polite">
          {dayWords(month, "month")}
        </p>
        <IconButton
          icon={ChevronRight}
          label={t("ui.monthAfter")}
          isDisabled={!mayGo(dayAfter(last, 1))}
          onPress={() => onMonth(monthAfter(first, 1))}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of days is the grid of the ARIA practices */}
      <table className="month-grid" role="grid" aria-label={label} aria-describedby={title}>
        <thead>
          <tr>
            {weekOf(month).map((day) => (
              <th key={day} scope="col" abbr={dayWords(day, "weekday")}>
                {dayWords(day, "weekday").slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={press}>
          {weeksOf(days).map((week) => (
            <tr key={week.find(Boolean) ?? ""}>
              {week.map((day, place) =>
                day ? (
                  <td key={day}>
                    <Day
                      day={day}
                      look={look(day)}
                      isChosen={day === chosen}
                      isToday={day === today}
                      isEntry={day === entry}
                      onChoose={onChoose}
                    />
                  </td>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: an empty cell is its place
                  <td key={place} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DayProps {
  readonly day: string;
  readonly look: DayLook;
  readonly isChosen: boolean;
  readonly isToday: boolean;
  /** The one the tab key comes to. */
  readonly isEntry: boolean;
  readonly onChoose: (day: string) => void;
}

function Day({ day, look, isChosen, isToday, isEntry, onChoose }: DayProps): ReactElement {
  const name = `${dayWords(day, "weekday")} ${showDay(day)}`;
  return (
    <button
      type="button"
      className="month-day"
      data-day={day}
      data-mark={look.mark}
      data-chosen={isChosen || undefined}
      aria-pressed={isChosen}
      aria-current={isToday ? "date" : undefined}
      aria-disabled={look.isDisabled || undefined}
      tabIndex={isEntry ? 0 : -1}
      onClick={() => look.isDisabled || onChoose(day)}
    >
      <span aria-hidden="true">{Number(day.slice(8))}</span>
      <span className="visually-hidden">{look.words ? `${name}, ${look.words}` : name}</span>
    </button>
  );
}

/** Every day of the month that holds `day`. */
export function daysOfMonth(day: string): string[] {
  const first = `${day.slice(0, 8)}01`;
  return daysFrom(first, dayAfter(monthAfter(first, 1), -1));
}

function weeksOf(days: readonly string[]): (string | undefined)[][] {
  const before = days[0] ? weekdayOf(days[0]) : 0;
  const cells = [...Array.from({ length: before }, () => undefined), ...days];
  const rows = Math.ceil(cells.length / 7);
  return Array.from({ length: rows }, (_, row) => Array.from({ length: 7 }, (_, place) => cells[row * 7 + place]));
}

function targetOf(key: string, here: string): string | undefined {
  const step = COLUMN[key];
  if (step) return dayAfter(here, document.dir === "rtl" && Math.abs(step) === 1 ? -step : step);
  if (key === "PageUp") return monthAfter(here, -1);
  if (key === "PageDown") return monthAfter(here, 1);
  if (key === "Home") return dayAfter(here, -weekdayOf(here));
  if (key === "End") return dayAfter(here, 6 - weekdayOf(here));
  return undefined;
}
