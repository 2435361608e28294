import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { dayAfter } from "../../ui/zones.ts";
import { pageLength, type Shown, type View } from "./calendar.ts";

const VIEWS: readonly View[] = ["day", "week", "resources"];
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
/** In the address: everybody, where one's own calendar is what is shown first. */
const ALL = "all";

/** What the address says is shown; `first` is what is shown when it says nothing. */
export function shownOf(query: URLSearchParams, first: Shown): Shown {
  const view = VIEWS.find((one) => one === query.get("view")) ?? first.view;
  const day = query.get("day") ?? "";
  const actors = query.getAll("actor");
  return {
    view,
    day: ISO_DAY.test(day) && !Number.isNaN(Date.parse(day)) ? day : first.day,
    actors: actors.length === 0 ? (view === first.view ? first.actors : []) : actors.filter((one) => one !== ALL),
  };
}

/** The address that shows it; what is shown anyway is left out. */
export function addressOf({ view, day, actors }: Shown, first: Shown): URLSearchParams {
  const query = new URLSearchParams();
  if (view !== first.view) query.set("view", view);
  if (day !== first.day) query.set("day", day);
  const usual = view === first.view ? first.actors : [];
  if (actors.join() !== usual.join()) for (const one of actors.length > 0 ? actors : [ALL]) query.append("actor", one);
  return query;
}

/** What is shown, and ways to another day, view or actor. */
export function useShown(first: Shown) {
  const [query, setQuery] = useSearchParams();
  const shown = shownOf(query, first);
  const show = useCallback(
    (change: Partial<Shown>) => setQuery((before) => addressOf({ ...shownOf(before, first), ...change }, first)),
    [setQuery, first],
  );
  const turn = (count: number): void => show({ day: dayAfter(shown.day, count * pageLength(shown.view)) });
  return { shown, show, turn };
}
