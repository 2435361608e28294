import { useQuery } from "@tanstack/react-query";
import { CalendarDays, ChevronLeft, ChevronRight, UserPlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  EmptyState,
  ErrorState,
  isoDay,
  PageHead,
  Select,
  Skeleton,
  showDay,
  showTime,
  useKeys,
} from "../../ui/index.ts";
import { dayAfter, dayWords, isoIn, ownZone, sameClock, zoneName } from "../../ui/zones.ts";
import {
  type Board,
  type Filter,
  groupsOf,
  type Line,
  NO_FILTER,
  nextStep,
  shownLines,
  waitingForVideo,
} from "./board.ts";
import { Lines } from "./Lines.tsx";
import { lineInHand, moveLine, useKeptFocus } from "./lineFocus.ts";
import { useBoard, useNow, useStates } from "./useBoard.ts";
import { type PatientField, WalkIn } from "./WalkIn.tsx";
import "./today.css";

export interface TodayPageProps {
  readonly day?: string | undefined;
  /** Who patients are is another feature's matter. */
  readonly patientField: PatientField;
}

/** The day: who waits, who is in which room, who is with whom, who is still expected. */
export function TodayPage({ day, patientField }: TodayPageProps): ReactElement {
  const { may } = useSession();
  const mayChange = may("Appointment.update");
  const [isWalkIn, setWalkIn] = useState(false);
  const query = useBoard(day);
  const shown = query.data?.day ?? day ?? isoDay(new Date());
  const isToday = day === undefined || day === isoDay(new Date());
  return (
    <>
      <PageHead
        title={isToday ? t("today.title") : showDay(shown)}
        lead={<Lead day={shown} zone={query.data?.zone} />}
        actions={
          <>
            <ButtonLink kind="quiet" href={`/today/${dayAfter(shown, -1)}`} icon={ChevronLeft}>
              {t("today.previous")}
            </ButtonLink>
            {!isToday && <ButtonLink href="/">{t("today.back")}</ButtonLink>}
            <ButtonLink kind="quiet" href={`/today/${dayAfter(shown, 1)}`} icon={ChevronRight}>
              {t("today.next")}
            </ButtonLink>
            {mayChange && isToday && (
              <Button kind="primary" icon={UserPlus} onPress={() => setWalkIn(true)}>
                {t("today.walkIn")}
              </Button>
            )}
          </>
        }
      />
      {query.data ? (
        <Day
          board={query.data}
          day={day}
          mayChange={mayChange}
          fault={query.isError ? query.dataUpdatedAt : null}
          onWalkIn={mayChange && isToday ? () => setWalkIn(true) : undefined}
        />
      ) : query.isError ? (
        <ErrorState
          title={t("today.failed")}
          requestId={query.error instanceof Problem ? query.error.requestId : undefined}
          onRetry={() => void query.refetch()}
        >
          {t("today.failedHint")}
        </ErrorState>
      ) : (
        <Card>
          <Skeleton lines={8} />
        </Card>
      )}
      <WalkIn isOpen={isWalkIn} onClose={() => setWalkIn(false)} patientField={patientField} />
    </>
  );
}

function Lead({ day, zone }: { day: string; zone: string | undefined }): ReactElement {
  const noon = Date.parse(`${day}T12:00:00Z`);
  const words = `${dayWords(day, "weekday")} ${showDay(day)}`;
  if (!zone || sameClock(zone, ownZone(), noon)) return <>{words}</>;
  return (
    <>
      {words}. {t("today.zone", { zone: zoneName(zone, noon) })}
    </>
  );
}

interface DayProps {
  readonly board: Board;
  readonly day: string | undefined;
  readonly mayChange: boolean;
  /** When the board on the page was read, if it could not be read anew. */
  readonly fault: number | null;
  readonly onWalkIn: (() => void) | undefined;
}

function Day({ board, day, mayChange, fault, onWalkIn }: DayProps): ReactElement {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const now = useNow();
  const { change } = useStates(day);
  const rooms = useRooms(mayChange);
  const frame = useKeptFocus();
  const lines = shownLines(board.lines, filter);
  const groups = groupsOf(lines);

  function advance(line: Line | undefined): void {
    const step = line && nextStep(line);
    if (line && step && mayChange) change({ line, state: step });
  }

  useKeys([
    { keys: "j", label: t("ui.nextInList"), onPress: () => moveLine(frame.current, 1) },
    { keys: "k", label: t("ui.previousInList"), onPress: () => moveLine(frame.current, -1) },
    ...(mayChange ? [{ keys: "a", label: t("today.keyAdvance"), onPress: () => advance(lines.find(lineInHand)) }] : []),
    ...(onWalkIn ? [{ keys: "n", label: t("today.walkIn"), onPress: onWalkIn }] : []),
  ]);

  return (
    <div ref={frame} className="stack">
      {fault !== null && (
        <Banner tone="warning" role="status">
          {t("today.stale", { time: showTime(fault) })}
        </Banner>
      )}
      <Filters board={board} filter={filter} onFilter={setFilter} />
      <Counts groups={groups} />
      <VideoWaiting lines={waitingForVideo(lines)} />
      {lines.length === 0 && (
        <Card>
          <EmptyState icon={CalendarDays} title={t(board.lines.length === 0 ? "today.none" : "today.noneFiltered")}>
            {t(board.lines.length === 0 ? "today.noneHint" : "today.noneFilteredHint")}
          </EmptyState>
        </Card>
      )}
      {groups.map((group) =>
        group.lines.length > 0 ? (
          <Card
            key={group.state}
            title={t(`today.group.${group.state}`)}
            note={t("today.count", { count: group.lines.length })}
            flush
          >
            <Lines
              caption={t(`today.group.${group.state}`)}
              state={group.state}
              lines={group.lines}
              names={board.names}
              zone={board.zone}
              rooms={rooms}
              now={now}
              mayChange={mayChange}
              onChange={change}
            />
          </Card>
        ) : null,
      )}
    </div>
  );
}

function Counts({ groups }: { groups: ReturnType<typeof groupsOf> }): ReactElement {
  return (
    <ul className="board-counts" aria-label={t("today.counts")}>
      {groups.map(({ state, lines }) => (
        <li key={state} data-state={state} data-none={lines.length === 0 || undefined}>
          <span className="board-count tabular">{lines.length}</span> <span>{t(`today.group.${state}`)}</span>
        </li>
      ))}
    </ul>
  );
}

function VideoWaiting({ lines }: { lines: readonly Line[] }): ReactElement | null {
  if (lines.length === 0) return null;
  return (
    <Banner title={t("today.videoWaiting", { count: lines.length })}>
      {lines.map((one) => one.patient.name).join("; ")}
    </Banner>
  );
}

const ALL = "";

function Filters({
  board,
  filter,
  onFilter,
}: {
  board: Board;
  filter: Filter;
  onFilter: (filter: Filter) => void;
}): ReactElement {
  const options = (references: readonly (string | null)[], all: string) => [
    { value: ALL, label: all },
    ...[...new Set(references)]
      .flatMap((one) => (one ? [{ value: one, label: board.names[one] ?? one }] : []))
      .sort((a, b) => a.label.localeCompare(b.label)),
  ];
  return (
    <div className="board-filters">
      <Select
        label={t("today.provider")}
        hideLabel
        value={filter.provider}
        onChange={(provider) => onFilter({ ...filter, provider })}
        options={options(
          board.lines.flatMap((one) => one.providers),
          t("today.allProviders"),
        )}
      />
      <Select
        label={t("today.room")}
        hideLabel
        value={filter.room}
        onChange={(room) => onFilter({ ...filter, room })}
        options={options(
          board.lines.map((one) => one.room),
          t("today.allRooms"),
        )}
      />
    </div>
  );
}

/** The clinic's rooms. They hang on the calendar's columns, so a minute of it tells them. */
function useRooms(isOn: boolean): readonly Schemas["CalendarActor"][] {
  const rooms = useQuery({
    queryKey: ["rooms"],
    enabled: isOn,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const query = { from: isoIn(Date.now(), "UTC"), to: isoIn(Date.now() + 60_000, "UTC") };
      const { actors } = await answer(api.GET("/api/scheduling/calendar", { params: { query }, signal }));
      return actors.filter(({ kind }) => kind === "room");
    },
  });
  return rooms.data ?? [];
}
