import { LoaderCircle, Repeat, Video } from "lucide-react";
import type { CSSProperties, KeyboardEvent, ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { showTimeIn } from "../../ui/zones.ts";
import type { Entry } from "./calendar.ts";

export interface EventBlockProps {
  readonly entry: Entry;
  readonly zone: string;
  readonly place: CSSProperties;
  /** Minutes: a short one has one line. */
  readonly height: number;
  readonly isChosen: boolean;
  readonly isPending: boolean;
  readonly isCarried: boolean;
  readonly mayMove: boolean;
  readonly onOpen: () => void;
  readonly onPickUp: () => void;
}

/** Minutes that leave room for a second line. */
const TWO_LINES = 40;

/** An appointment on the grid. Enter opens it, the space bar picks it up. */
export function EventBlock(props: EventBlockProps): ReactElement {
  const { entry, zone, mayMove, onOpen, onPickUp, isPending } = props;

  function press(event: KeyboardEvent): void {
    if (event.key !== " " || !mayMove) return;
    event.preventDefault();
    onPickUp();
  }

  return (
    <button
      type="button"
      className="event"
      style={props.place}
      data-appointment={entry.id}
      data-status={entry.status}
      data-state={entry.state}
      data-short={props.height < TWO_LINES || undefined}
      data-chosen={props.isChosen || undefined}
      data-pending={isPending || undefined}
      data-carried={props.isCarried || undefined}
      data-movable={mayMove || undefined}
      aria-keyshortcuts={mayMove ? "Space" : undefined}
      onClick={onOpen}
      onKeyDown={press}
    >
      <span className="event-head">
        <span className="event-time tabular">
          {showTimeIn(entry.start, zone)}
          <span className="visually-hidden">{t("calendar.until", { time: showTimeIn(entry.end, zone) })}</span>
        </span>
        <span className="event-name">{entry.patient?.name ?? t("calendar.hiddenPatient")}</span>
        {entry.video && <Video aria-hidden="true" size={13} />}
        {entry.series && <Repeat aria-hidden="true" size={12} />}
        {isPending && <LoaderCircle aria-hidden="true" size={13} className="event-wait" />}
      </span>
      <span className="event-what">{entry.serviceName || entry.reason}</span>
      <span className="visually-hidden">{saidOf(entry, isPending)}</span>
      {mayMove && <span className="event-stretch" data-stretch="" aria-hidden="true" />}
    </button>
  );
}

/** What the block shows by colour and picture only, in words. */
const saidOf = (entry: Entry, isPending: boolean): string =>
  [
    entry.status === "pending" ? t("calendar.isRequest") : t(`calendar.state.${entry.state}`),
    entry.video && t("calendar.video"),
    entry.series && t("calendar.inSeries"),
    isPending && t("calendar.saving"),
  ]
    .filter(Boolean)
    .join(", ");
