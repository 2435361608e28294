import { CircleCheck, Clock, DoorOpen, EllipsisVertical, FolderOpen, LogIn, Undo2, UserX, Video } from "lucide-react";
import type { ReactElement } from "react";
import { Link } from "react-aria-components";
import type { Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, ButtonLink, type Column, IconButton, Menu, type MenuGroup, Table } from "../../ui/index.ts";
import { showTimeIn } from "../../ui/zones.ts";
import { type Line, LONG_WAIT, mayTakeBack, type State, waitedMinutes } from "./board.ts";
import type { useStates } from "./useBoard.ts";

type Change = ReturnType<typeof useStates>["change"];

export interface LinesProps {
  readonly caption: string;
  readonly state: State;
  readonly lines: readonly Line[];
  readonly names: Readonly<Record<string, string>>;
  readonly zone: string;
  readonly rooms: readonly Schemas["CalendarActor"][];
  readonly now: number;
  readonly mayChange: boolean;
  readonly onChange: Change;
}

/** Visits of one state, a row each. */
export function Lines(props: LinesProps): ReactElement {
  return (
    <Table caption={props.caption} columns={columnsFor(props)} rows={props.lines} rowKey={(it) => it.appointment} />
  );
}

function columnsFor({ state, names, zone, rooms, now, mayChange, onChange }: LinesProps): Column<Line>[] {
  const named = (references: readonly (string | null)[]): string =>
    references.flatMap((one) => (one ? [names[one] ?? ""] : [])).join(", ");
  const columns: (Column<Line> | false)[] = [
    {
      id: "time",
      label: t("today.time"),
      cell: (it) => <span className="nowrap tabular strong">{showTimeIn(it.start, zone)}</span>,
    },
    { id: "patient", label: t("today.patient"), cell: (it) => <Who line={it} /> },
    { id: "what", label: t("today.what"), cell: (it) => <What line={it} /> },
    { id: "with", label: t("today.with"), cell: (it) => named(it.providers) },
    (state === "arrived" || state === "in-room" || state === "with-provider") && {
      id: "room",
      label: t("today.room"),
      cell: (it) => named([it.room]) || <span className="muted">–</span>,
    },
    state === "arrived" && {
      id: "waits",
      label: t("today.waits"),
      cell: (it) => <Waits line={it} now={now} zone={zone} />,
    },
    mayChange && {
      id: "actions",
      label: t("today.actions"),
      hideLabel: true,
      align: "end",
      cell: (it) => <Actions line={it} rooms={rooms} now={now} onChange={onChange} />,
    },
  ];
  return columns.filter((column) => column !== false);
}

const Who = ({ line }: { line: Line }): ReactElement =>
  line.patient.id ? (
    <Link href={`/patients/${line.patient.id}`} className="row-link" data-row-link="" data-line={line.appointment}>
      {line.patient.name}
    </Link>
  ) : (
    <span className="muted" data-line={line.appointment} tabIndex={-1}>
      {t("today.hiddenPatient")}
    </span>
  );

const What = ({ line }: { line: Line }): ReactElement => (
  <span className="board-what">
    <span>{[line.serviceName, line.reason].filter(Boolean).join(" · ")}</span>
    {line.video && (
      <Badge tone="info" icon={Video}>
        {t("today.video")}
      </Badge>
    )}
    {line.walkIn && <Badge>{t("today.isWalkIn")}</Badge>}
    {line.confirmed && line.state === "booked" && (
      <Badge tone="success" icon={CircleCheck}>
        {t("today.confirmed")}
      </Badge>
    )}
    {line.missing && (
      <Badge tone="warning" icon={Clock}>
        {t("today.missing")}
      </Badge>
    )}
  </span>
);

/** Since when, and how long that is: the absolute time first. */
function Waits({ line, now, zone }: { line: Line; now: number; zone: string }): ReactElement | null {
  const minutes = waitedMinutes(line, now);
  if (minutes === undefined || !line.waitingSince) return null;
  return (
    <span className="nowrap tabular">
      {showTimeIn(line.waitingSince, zone)}{" "}
      <span className={minutes >= LONG_WAIT ? "board-long" : "muted"}>{t("today.waited", { count: minutes })}</span>
    </span>
  );
}

interface ActionsProps {
  readonly line: Line;
  readonly rooms: readonly Schemas["CalendarActor"][];
  readonly now: number;
  readonly onChange: Change;
}

/** The next step as a button, everything else behind one. */
function Actions({ line, rooms, now, onChange }: ActionsProps): ReactElement {
  const { state, patient } = line;
  const groups = moreOf({ line, rooms, now, onChange });
  return (
    <span className="board-actions">
      {state === "booked" && (
        <Button size="small" icon={LogIn} onPress={() => onChange({ line, state: "arrived" })}>
          {t("today.arrive")}
        </Button>
      )}
      {state === "arrived" &&
        (rooms.length > 0 ? (
          <Menu
            label={t("today.toRoom")}
            trigger={
              <Button size="small" icon={DoorOpen}>
                {t("today.toRoom")}
              </Button>
            }
            groups={[{ id: "rooms", entries: roomEntries({ line, rooms, now, onChange }) }]}
          />
        ) : (
          <Button size="small" icon={DoorOpen} onPress={() => onChange({ line, state: "in-room" })}>
            {t("today.toRoom")}
          </Button>
        ))}
      {(state === "in-room" || state === "with-provider") && patient.id && (
        <ButtonLink
          size="small"
          icon={FolderOpen}
          href={`/patients/${patient.id}${line.encounter ? `/visits/${line.encounter}` : ""}`}
        >
          {t("today.openChart")}
        </ButtonLink>
      )}
      {groups.length > 0 && (
        <Menu
          label={t("today.more", { name: patient.name })}
          trigger={<IconButton size="small" icon={EllipsisVertical} label={t("today.more", { name: patient.name })} />}
          groups={groups}
        />
      )}
    </span>
  );
}

const roomEntries = ({ line, rooms, onChange }: ActionsProps) =>
  rooms.map(({ reference, name }) => ({
    id: reference,
    label: name,
    isChosen: line.room === reference,
    onAction: () => onChange({ line, state: "in-room", room: reference }),
  }));

function moreOf(props: ActionsProps): MenuGroup[] {
  const { line, rooms, now, onChange } = props;
  const isOver = Date.parse(line.start) <= now;
  const others: MenuGroup["entries"] = [
    ...(line.state === "booked" && isOver
      ? [{ id: "absent", label: t("today.absent"), icon: UserX, onAction: () => onChange({ line, state: "no-show" }) }]
      : []),
    ...(mayTakeBack(line)
      ? [
          {
            id: "back",
            label: t("today.takeBack"),
            hint: t("today.takeBackHint"),
            icon: Undo2,
            onAction: () => onChange({ line, state: "booked" }),
          },
        ]
      : []),
  ];
  return [
    ...(line.state === "in-room" && rooms.length > 0
      ? [{ id: "rooms", title: t("today.otherRoom"), entries: roomEntries(props) }]
      : []),
    ...(others.length > 0 ? [{ id: "others", entries: others }] : []),
  ];
}
