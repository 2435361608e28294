import { Repeat, Video } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Badge, EmptyState, showDay } from "../../ui/index.ts";
import { dayWords, showTimeIn } from "../../ui/zones.ts";
import { type Actor, type Calendar, type Entry, placedIn } from "./calendar.ts";

export interface AgendaProps {
  readonly days: readonly string[];
  readonly calendar: Calendar | undefined;
  readonly zone: string;
  readonly today: string;
  /** Side by side means little on a phone: those chosen, one list. */
  readonly actors: readonly string[];
  readonly onOpen: (id: string) => void;
}

/** The same appointments as a list: for a phone, and for whoever reads rather than looks. */
export function Agenda({ days, calendar, zone, today, actors, onOpen }: AgendaProps): ReactElement {
  const entries = (calendar?.appointments ?? []).filter(
    (one) => actors.length === 0 || one.actors.some((actor) => actors.includes(actor)),
  );
  const shown = days
    .map((day) => ({ day, placed: placedIn({ key: day, day }, entries, zone) }))
    .filter(({ placed }) => placed.length > 0);
  if (shown.length === 0)
    return (
      <EmptyState title={t("calendar.none")}>
        <span>{t("calendar.noneHint")}</span>
      </EmptyState>
    );
  return (
    <div className="agenda">
      {shown.map(({ day, placed }) => (
        <section key={day} className="stack" data-gap="2">
          <h2>
            {dayWords(day, "weekday")} {showDay(day)}{" "}
            {day === today && <Badge tone="info">{t("calendar.today")}</Badge>}
          </h2>
          <ul className="agenda-list">
            {placed.map(({ entry }) => (
              <li key={entry.id}>
                <Item entry={entry} zone={zone} actors={calendar?.actors ?? []} onOpen={() => onOpen(entry.id)} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface ItemProps {
  readonly entry: Entry;
  readonly zone: string;
  readonly actors: readonly Actor[];
  readonly onOpen: () => void;
}

function Item({ entry, zone, actors, onOpen }: ItemProps): ReactElement {
  return (
    <button
      type="button"
      className="agenda-item"
      data-status={entry.status}
      data-state={entry.state}
      data-appointment={entry.id}
      onClick={onOpen}
    >
      <span className="tabular strong">
        {showTimeIn(entry.start, zone)}
        <span className="muted small">
          <br />
          {showTimeIn(entry.end, zone)}
        </span>
      </span>
      <span className="agenda-text">
        <span className="strong">{entry.patient?.name ?? t("calendar.hiddenPatient")}</span>
        <span className="muted small">
          {[entry.serviceName || entry.reason, namesOf(entry, actors)].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span className="row" data-gap="1">
        {entry.video && <Video aria-label={t("calendar.video")} size={16} />}
        {entry.series && <Repeat aria-label={t("calendar.inSeries")} size={14} />}
        <Badge>{t(`calendar.state.${entry.state}`)}</Badge>
      </span>
    </button>
  );
}

/** Who and where, by name. */
export const namesOf = (entry: Pick<Entry, "actors">, actors: readonly Actor[]): string =>
  entry.actors
    .map((one) => actors.find(({ reference }) => reference === one)?.name ?? "")
    .filter(Boolean)
    .join(", ");
