import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { PresenceMark } from "../../live/index.ts";
import { showDay } from "../../ui/index.ts";
import { dayIn, dayLength, dayWords, instantOf, sameClock, showTimeIn, zoneName } from "../../ui/zones.ts";
import type { Actor } from "./calendar.ts";
import type { Column } from "./carry.ts";

export interface ColumnHeadProps {
  readonly column: Column;
  readonly actors: readonly Actor[];
  readonly zone: string;
  /** To one day of a week, or to one of those side by side. */
  readonly onOpen: () => void;
}

const NOON = 720;

/** A day, or whose column it is; with a word where clocks differ or are changed. */
export function ColumnHead({ column, actors, zone, onOpen }: ColumnHeadProps): ReactElement {
  const actor = actors.find((one) => one.reference === column.actor);
  const noon = instantOf(column.day, NOON, zone);
  const note = actor ? zoneNote(actor, zone, noon) : clockNote(column.day, zone);
  return (
    <>
      <span className="column-title">
        <button type="button" onClick={onOpen}>
          {actor ? actor.name : dayWords(column.day, "weekday").slice(0, 3)}
          {!actor && <span className="visually-hidden"> {showDay(column.day)}</span>}
          {!actor && <span aria-hidden="true"> {Number(column.day.slice(8))}</span>}
        </button>
      </span>
      <span className="column-note">
        {note || (actor ? t(`calendar.kindOne.${actor.kind}`) : dayOfMonth(column.day))}
        {actor && column.day === dayIn(Date.now(), zone) && <PresenceMark person={actor.reference} />}
      </span>
    </>
  );
}

const dayOfMonth = (day: string): string => showDay(day).slice(3);

/** `12:00 here is 11:00 CDT there`. */
function zoneNote(actor: Actor, zone: string, noon: number): string {
  if (sameClock(actor.zone, zone, noon)) return "";
  return t("calendar.otherClock", {
    here: showTimeIn(new Date(noon).toISOString(), zone),
    there: showTimeIn(new Date(noon).toISOString(), actor.zone),
    zone: zoneName(actor.zone, noon, "short"),
  });
}

/** Said on the days of 23 and 25 hours. */
function clockNote(day: string, zone: string): string {
  const length = dayLength(day, zone);
  return length === 1440 ? "" : t(length < 1440 ? "calendar.clockForward" : "calendar.clockBack");
}
