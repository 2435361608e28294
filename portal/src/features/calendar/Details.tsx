import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, CalendarX, FolderOpen } from "lucide-react";
import { type ReactElement, useState } from "react";
import { CANCEL_REASONS, type CancelReason, cancel, findTimes, type Scope } from "../../fhir/appointments.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Button,
  ButtonLink,
  DateField,
  Dialog,
  Facts,
  Select,
  Skeleton,
  showDay,
  TextField,
  type Tone,
  toast,
  Workspace,
} from "../../ui/index.ts";
import {
  dayAfter,
  dayIn,
  dayWords,
  instantOf,
  isoIn,
  ownZone,
  sameClock,
  showTimeIn,
  zoneName,
} from "../../ui/zones.ts";
import { namesOf } from "./Agenda.tsx";
import { type Actor, CALENDAR_KEY, type Entry, isMovable, spanOf } from "./calendar.ts";
import { minutesOf } from "./grid.ts";
import { ScopeChoice } from "./SeriesDialog.tsx";
import { firstWords, type Moving } from "./useMoves.ts";

export interface DetailsProps {
  readonly entry: Entry;
  readonly actors: readonly Actor[];
  readonly zone: string;
  readonly mayBook: boolean;
  readonly isPending: boolean;
  readonly onMove: (moving: Moving) => void;
  readonly onClose: () => void;
}

const TONES: Partial<Record<Entry["state"], Tone>> = {
  arrived: "info",
  "in-room": "info",
  "with-provider": "info",
  done: "success",
  "no-show": "danger",
  cancelled: "warning",
};

/** One appointment, and what can be done with it. */
export function Details(props: DetailsProps): ReactElement {
  const { entry, actors, zone, mayBook, isPending, onClose } = props;
  const [doing, setDoing] = useState<"move" | "cancel" | null>(null);
  const may = mayBook && isMovable(entry) && !isPending;
  const span = spanOf(entry);
  const day = dayIn(entry.start, zone);
  const own = ownZone();
  const facts = [
    { name: t("calendar.when"), value: `${dayWords(day, "weekday")} ${showDay(day)}` },
    {
      name: t("calendar.time"),
      value: (
        <span className="tabular">
          {showTimeIn(entry.start, zone)}–{showTimeIn(entry.end, zone)}{" "}
          <span className="muted">{t("calendar.minutes", { count: minutesOf(span) })}</span>
        </span>
      ),
    },
    ...(sameClock(zone, own, span.start)
      ? []
      : [
          {
            name: t("calendar.yourClock"),
            value: `${showTimeIn(entry.start, own)} ${zoneName(own, span.start, "short")}`,
          },
        ]),
    { name: t("calendar.service"), value: entry.serviceName },
    { name: t("calendar.with"), value: namesOf(entry, actors) },
    { name: t("calendar.reason"), value: entry.reason },
    { name: t("calendar.note"), value: entry.comment },
    { name: t("calendar.movedBecause"), value: entry.movedBecause },
  ].filter(({ value }) => value);
  return (
    <Workspace title={entry.patient?.name ?? t("calendar.hiddenPatient")} onClose={onClose}>
      <div className="stack">
        <div className="row">
          <Badge tone={entry.status === "pending" ? "warning" : (TONES[entry.state] ?? "neutral")}>
            {entry.status === "pending" ? t("calendar.isRequest") : t(`calendar.state.${entry.state}`)}
          </Badge>
          {entry.confirmed && <Badge tone="success">{t("calendar.confirmed")}</Badge>}
          {entry.video && <Badge>{t("calendar.video")}</Badge>}
          {entry.series && <Badge>{t("calendar.inSeries")}</Badge>}
          {isPending && <span className="muted small">{t("calendar.saving")}</span>}
        </div>
        <Facts facts={facts} />
        <div className="row">
          {entry.patient && (
            <ButtonLink size="small" icon={FolderOpen} href={`/patients/${entry.patient.id}`}>
              {t("calendar.openChart")}
            </ButtonLink>
          )}
          {may && doing !== "move" && (
            <Button size="small" icon={CalendarClock} onPress={() => setDoing("move")}>
              {t("calendar.move")}
            </Button>
          )}
          {may && (
            <Button size="small" kind="danger" icon={CalendarX} onPress={() => setDoing("cancel")}>
              {t("calendar.cancel")}
            </Button>
          )}
        </div>
        {mayBook && !isMovable(entry) && <p className="muted small">{t("calendar.notMovable")}</p>}
        {doing === "move" && may && <MoveForm {...props} onDone={() => setDoing(null)} />}
        <CancelDialog
          entry={entry}
          zone={zone}
          isOpen={doing === "cancel"}
          onClose={() => setDoing(null)}
          onDone={onClose}
        />
      </div>
    </Workspace>
  );
}

const MOST_SHOWN = 40;

/** Another day and time from those that are free, with a reason. */
function MoveForm({ entry, zone, onMove, onDone }: DetailsProps & { onDone: () => void }): ReactElement {
  const [day, setDay] = useState(() => dayIn(entry.start, zone));
  const [reason, setReason] = useState("");
  const [scope, setScope] = useState<Scope>("this");
  const length = minutesOf(spanOf(entry));
  const times = useQuery({
    queryKey: ["calendar-times", entry.id, day, length, zone],
    enabled: Boolean(entry.service),
    staleTime: 15_000,
    retry: false,
    queryFn: ({ signal }) =>
      findTimes(
        {
          service: entry.service ?? "",
          start: isoIn(instantOf(day, 0, zone), zone),
          end: isoIn(instantOf(dayAfter(day, 1), 0, zone), zone),
          actors: entry.actors,
          minutes: length,
          count: MOST_SHOWN,
          moving: entry.id,
        },
        signal,
      ),
  });

  function take(start: string): void {
    const at = Date.parse(start);
    onMove({
      entry,
      span: { start: at, end: at + length * 60_000 },
      actors: entry.actors,
      reason: reason.trim() || undefined,
      ...(entry.series && { scope }),
    });
    onDone();
  }

  return (
    <section className="stack" data-gap="3" aria-label={t("calendar.moveTitle")}>
      <h3>{t("calendar.moveTitle")}</h3>
      {entry.series && <ScopeChoice value={scope} onChange={setScope} />}
      <TextField label={t("calendar.moveReason")} optional maxLength={200} value={reason} onChange={setReason} />
      <DateField label={t("calendar.day")} value={day} onChange={(chosen) => chosen && setDay(chosen)} />
      {!entry.service ? (
        <p className="muted small">{t("calendar.moveByHand")}</p>
      ) : times.isPending ? (
        <Skeleton lines={2} />
      ) : times.isError ? (
        <p className="muted small">{t("calendar.timesFailed")}</p>
      ) : times.data.length === 0 ? (
        <p className="muted small">{t("calendar.noTimes")}</p>
      ) : (
        <div className="times">
          {times.data.map((one) => (
            <Button key={one.start} size="small" onPress={() => take(one.start)}>
              {showTimeIn(one.start, zone)}
            </Button>
          ))}
        </div>
      )}
      <div>
        <Button kind="quiet" size="small" onPress={onDone}>
          {t("calendar.leaveIt")}
        </Button>
      </div>
    </section>
  );
}

interface CancelDialogProps {
  readonly entry: Entry;
  readonly zone: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** A cancelled appointment is not brought back, so this asks, and names it. */
function CancelDialog({ entry, zone, isOpen, onClose, onDone }: CancelDialogProps): ReactElement {
  const client = useQueryClient();
  const [reason, setReason] = useState<CancelReason | null>(null);
  const [comment, setComment] = useState("");
  const [scope, setScope] = useState<Scope>("this");
  const [tried, setTried] = useState(false);
  const name = entry.patient?.name ?? t("calendar.appointment");
  const send = useMutation({
    mutationFn: (why: CancelReason) =>
      cancel(entry.id, why, { comment: comment.trim() || undefined, ...(entry.series && { scope }) }),
    onSuccess: () => {
      toast({ text: t("calendar.cancelled", { name }) });
      onClose();
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: CALENDAR_KEY }),
  });

  function submit(): void {
    setTried(true);
    if (reason) send.mutate(reason);
  }

  return (
    <Dialog
      title={t("calendar.cancelTitle", { name })}
      isOpen={isOpen}
      onClose={onClose}
      role="alertdialog"
      actions={
        <>
          <Button onPress={onClose}>{t("calendar.keep")}</Button>
          <Button kind="danger" isPending={send.isPending} onPress={submit}>
            {t("calendar.cancel")}
          </Button>
        </>
      }
    >
      <p>
        {entry.serviceName}, {showDay(dayIn(entry.start, zone))} {showTimeIn(entry.start, zone)}
      </p>
      {send.isError && (
        <Banner tone="danger" role="alert">
          {(send.error instanceof FhirFault && firstWords(send.error)) || t("calendar.cancelFailed")}
        </Banner>
      )}
      {entry.series && <ScopeChoice value={scope} onChange={setScope} />}
      <Select
        label={t("calendar.cancelReason")}
        value={reason}
        onChange={setReason}
        options={CANCEL_REASONS.map((one) => ({ value: one, label: t(`calendar.reason.${one}`) }))}
        error={tried && !reason ? t("calendar.needReason") : undefined}
      />
      <TextField label={t("calendar.comment")} optional maxLength={200} value={comment} onChange={setComment} />
    </Dialog>
  );
}
