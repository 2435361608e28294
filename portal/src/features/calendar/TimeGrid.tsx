import {
  type CSSProperties,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import { t } from "../../i18n/index.ts";
import { showMinute, wallOf } from "../../ui/zones.ts";
import { bandsIn, type Calendar, type Entry, isMovable, placedIn, spanOf } from "./calendar.ts";
import type { Carry, Column } from "./carry.ts";
import { EventBlock } from "./EventBlock.tsx";
import { Ghost } from "./Ghost.tsx";
import { lanesOf, type Stretch, shareOf, stretchOn, type Window } from "./grid.ts";
import { Spoken } from "./Spoken.tsx";
import { useDrag } from "./useDrag.ts";

export interface TimeGridProps {
  readonly columns: readonly Column[];
  readonly headOf: (column: Column) => ReactNode;
  readonly calendar: Calendar | undefined;
  /** Whose day or week it is, where columns are days. */
  readonly actor: string | undefined;
  readonly window: Window;
  readonly zone: string;
  readonly today: string;
  /** Being sent to the server: shown where it will be, and not to be moved meanwhile. */
  readonly pending: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly mayBook: boolean;
  /** What is carried by keys; a pointer's carry lives in the grid. */
  readonly carry: Carry | null;
  readonly onCarry: (carry: Carry | null) => void;
  readonly onDrop: (carry: Carry) => void;
  readonly onOpen: (id: string) => void;
}

/** Hours down, days or actors across. What is here is drawn on, dragged and stretched; keys do the same. */
export function TimeGrid(props: TimeGridProps): ReactElement {
  const { columns, calendar, window, zone, pending, mayBook, onDrop, onCarry } = props;
  const frame = useRef<HTMLDivElement>(null);
  const entries = calendar?.appointments ?? [];
  const find = (id: string): Entry | undefined => entries.find((one) => one.id === id);
  const heldOf = (id: string) => {
    const entry = find(id);
    return entry && mayBook && isMovable(entry) && !pending.has(id) ? { id, span: spanOf(entry) } : undefined;
  };
  const drag = useDrag({ frame, columns, window, zone, heldOf, mayDraw: mayBook, onDrop });
  const carry = drag.carry ?? props.carry;

  useReturn(frame, props.carry);

  function pickUp(entry: Entry, column: Column): void {
    const held = heldOf(entry.id);
    if (!held) return;
    const spot = { column, span: held.span };
    onCarry({ how: "move", id: entry.id, by: "keys", from: spot, now: spot });
  }

  return (
    <div
      className="time-grid"
      data-carrying={carry ? "" : undefined}
      style={{ "--columns": columns.length } as CSSProperties}
    >
      <Spoken carry={props.carry} entries={entries} actors={calendar?.actors ?? []} zone={zone} />
      <div className="time-heads">
        <span className="time-corner" />
        {columns.map((column) => (
          <div key={column.key} className="time-head" data-today={column.day === props.today || undefined}>
            {props.headOf(column)}
          </div>
        ))}
      </div>
      <div className="time-body">
        <Axis window={window} />
        {/* A shortcut for pointers: the button New, the key N and the space bar on an appointment do the same. */}
        <div ref={frame} className="time-columns" {...drag.handlers}>
          {columns.map((column) => (
            <DayColumn key={column.key} {...props} column={column} carry={carry} onPickUp={pickUp} />
          ))}
          {carry && !columns.some((one) => one.key === carry.now.column.key) && (
            <div className="time-elsewhere">
              <GhostHere {...props} carry={carry} entry={carry.id ? find(carry.id) : undefined} />
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

/** Put down or let go, the focus is on the appointment again. */
function useReturn(frame: RefObject<HTMLElement | null>, carry: Carry | null): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (carry) {
      last.current = carry.id;
      return;
    }
    const id = last.current;
    last.current = null;
    if (id) frame.current?.querySelector<HTMLElement>(`[data-appointment="${CSS.escape(id)}"]`)?.focus();
  }, [carry, frame]);
}

interface ColumnProps extends TimeGridProps {
  readonly column: Column;
  readonly onPickUp: (entry: Entry, column: Column) => void;
}

function DayColumn(props: ColumnProps): ReactElement {
  const { column, calendar, window, zone, carry } = props;
  const placed = placedIn(column, calendar?.appointments ?? [], zone);
  const lanes = lanesOf(placed.map(({ stretch }) => seen(stretch, window)));
  const bands = bandsIn(column, calendar?.bands ?? [], props.actor, window, zone);
  return (
    <div className="time-column" data-column={column.key} data-today={column.day === props.today || undefined}>
      {bands.map((band) => (
        <div key={band.key} className="time-band" data-kind={band.kind} style={placeOf(band, window)}>
          {band.kind !== "closed" && <span>{band.reason || t(`calendar.band.${band.kind}`)}</span>}
        </div>
      ))}
      <NowLine column={column} window={window} zone={zone} />
      <ul className="time-events" aria-label={t("calendar.columnList", { count: placed.length })}>
        {placed.map(({ entry, stretch }, at) => (
          <li key={entry.id}>
            <EventBlock
              entry={entry}
              zone={zone}
              place={{ ...placeOf(seen(stretch, window), window), ...laneOf(lanes[at]) }}
              height={stretch.to - stretch.from}
              isChosen={props.chosen === entry.id}
              isPending={props.pending.has(entry.id)}
              isCarried={carry?.id === entry.id}
              mayMove={props.mayBook && isMovable(entry)}
              onOpen={() => props.onOpen(entry.id)}
              onPickUp={() => props.onPickUp(entry, column)}
            />
          </li>
        ))}
      </ul>
      {carry?.now.column.key === column.key && (
        <GhostHere
          {...props}
          carry={carry}
          entry={placed.find(({ entry }) => entry.id === carry.id)?.entry ?? entryOf(props, carry)}
        />
      )}
    </div>
  );
}

const entryOf = ({ calendar }: TimeGridProps, carry: Carry): Entry | undefined =>
  calendar?.appointments.find((one) => one.id === carry.id);

function GhostHere({
  carry,
  entry,
  columns,
  window,
  zone,
  calendar,
  onCarry,
  onDrop,
}: TimeGridProps & { carry: Carry; entry: Entry | undefined }): ReactElement | null {
  const stretch = stretchOn(carry.now.span, carry.now.column.day, zone);
  if (!stretch) return null;
  const shown = {
    from: Math.max(stretch.from, window.from),
    to: Math.min(Math.max(stretch.to, window.from + 15), window.to),
  };
  return (
    <Ghost
      carry={carry}
      entry={entry}
      entries={calendar?.appointments ?? []}
      columns={columns}
      zone={zone}
      place={placeOf(shown, window)}
      onCarry={onCarry}
      onDrop={onDrop}
    />
  );
}

/** Twenty-four pixels: what a pointer can hit (WCAG 2.2, 2.5.8). */
const LEAST_SEEN = 26;

/** A short visit is drawn as high as can be hit; what follows at once then stands beside it and not beneath. */
function seen({ from, to }: Stretch, window: Window): Stretch {
  const end = Math.max(to, from + LEAST_SEEN);
  return end <= window.to ? { from, to: end } : { from: Math.min(from, window.to - LEAST_SEEN), to: window.to };
}

/** Where a stretch is drawn: shares of the column. */
function placeOf({ from, to }: Stretch, window: Window): { insetBlockStart: string; blockSize: string } {
  const start = shareOf(Math.max(from, window.from), window);
  const end = shareOf(Math.min(to, window.to), window);
  return { insetBlockStart: percent(start), blockSize: percent(Math.max(0, end - start)) };
}

const laneOf = (lane: { lane: number; lanes: number } | undefined) => ({
  insetInlineStart: percent((lane?.lane ?? 0) / (lane?.lanes ?? 1)),
  inlineSize: percent(1 / (lane?.lanes ?? 1)),
});

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

function Axis({ window }: { window: Window }): ReactElement {
  const hours = Array.from({ length: (window.to - window.from) / 60 }, (_, at) => window.from + at * 60);
  return (
    <div className="time-axis" aria-hidden="true">
      {hours.map((minute) => (
        <span key={minute} className="time-hour">
          {showMinute(minute)}
        </span>
      ))}
    </div>
  );
}

const TICK_MS = 30_000;

/** A line where the day is now; it moves without anybody looking. */
function NowLine({ column, window, zone }: { column: Column; window: Window; zone: string }): ReactElement | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const { day, minute } = wallOf(now, zone);
  if (day !== column.day || minute < window.from || minute > window.to) return null;
  return <div className="time-now" aria-hidden="true" style={{ insetBlockStart: percent(shareOf(minute, window)) }} />;
}
