import { type FormEvent, type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  Checkbox,
  DateField,
  type DayLook,
  MonthGrid,
  RadioGroup,
  showDay,
  TextField,
  toast,
} from "../../ui/index.ts";
import { dayAfter, dayIn, instantOf, isoIn, readMinute, showMinute, showTimeIn, wallOf } from "../../ui/zones.ts";
import { addException, type Hours, type HoursChange, refusalOf, takeOut, useHoursChange } from "./data.ts";
import { minutesOpen, openOn, weekFrom } from "./week.ts";

/** Days and hours that differ from the usual week, on a small calendar and as a list. */
export function Exceptions({ hours, mayChange }: { hours: Hours; mayChange: boolean }): ReactElement {
  const today = dayIn(Date.now(), hours.zone);
  const [month, setMonth] = useState(today);
  const [day, setDay] = useState<string | null>(null);
  const week = weekFrom(hours.weekly);
  const change = useException(hours);
  const toCome = hours.exceptions.filter((one) => dayIn(one.end, hours.zone) >= today);
  return (
    <Card title={t("schedules.exceptions")}>
      <div className="stack">
        <MonthGrid
          label={t("schedules.exceptions")}
          month={month}
          onMonth={setMonth}
          chosen={day}
          onChoose={setDay}
          today={today}
          look={(one) => lookOf(one, hours, week)}
        />
        {mayChange && day && <Form key={day} day={day} hours={hours} change={change} onDone={() => setDay(null)} />}
        {mayChange && !day && <p className="muted small">{t("schedules.chooseDay")}</p>}
        {toCome.length === 0 ? (
          <p className="muted">{t("schedules.noExceptions")}</p>
        ) : (
          <ul className="exception-list">
            {toCome.map((one) => (
              <Exception
                key={one.id}
                one={one}
                zone={hours.zone}
                {...(mayChange && { onRemove: () => change.remove(one) })}
              />
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}

/** A day's mark: away, open besides, or as usual; and in words how long it is open. */
function lookOf(day: string, hours: Hours, week: ReturnType<typeof weekFrom>): DayLook {
  const open = openOn(week, hours.exceptions, day, hours.zone);
  const touching = hours.exceptions.filter(
    (one) =>
      Date.parse(one.start) < instantOf(day, 1440, hours.zone) && Date.parse(one.end) > instantOf(day, 0, hours.zone),
  );
  const length = t("schedules.openFor", { count: Math.round(minutesOpen(open) / 60) });
  if (touching.some((one) => one.kind !== "extra"))
    return { mark: "off", words: `${t("schedules.mark.off")}, ${length}` };
  if (touching.length > 0) return { mark: "extra", words: `${t("schedules.mark.extra")}, ${length}` };
  return open.length > 0 ? { mark: "some", words: length } : { words: t("schedules.closed") };
}

type Kind = HoursChange["kind"];
const KINDS: readonly Kind[] = ["time-off", "closed", "extra"];

interface FormProps {
  readonly day: string;
  readonly hours: Hours;
  readonly change: ReturnType<typeof useException>;
  readonly onDone: () => void;
}

function Form({ day, hours, change, onDone }: FormProps): ReactElement {
  const [kind, setKind] = useState<Kind>("time-off");
  const [from, setFrom] = useState(day);
  const [to, setTo] = useState(day);
  const [isWhole, setWhole] = useState(true);
  const [start, setStart] = useState("09:00");
  const [end, setEnd] = useState("12:00");
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<string | undefined>();

  function submit(event: FormEvent): void {
    event.preventDefault();
    const [first, last] = isWhole ? [0, 1440] : [readMinute(start), readMinute(end)];
    const begin = instantOf(from, first ?? 0, hours.zone);
    const finish = instantOf(to, last ?? 0, hours.zone);
    if (first === undefined || last === undefined) setWrong(t("schedules.timeUnread"));
    else if (finish <= begin) setWrong(t("schedules.trouble.backwards"));
    else send(begin, finish);
  }

  function send(begin: number, finish: number): void {
    setWrong(undefined);
    const body: HoursChange = {
      id: "",
      kind,
      start: isoIn(begin, hours.zone),
      end: isoIn(finish, hours.zone),
      reason: reason.trim(),
    };
    change.add(body, onDone);
  }

  return (
    <form className="stack" data-gap="3" onSubmit={submit} noValidate>
      {change.problem && (
        <Banner tone="danger" role="alert">
          {refusalOf(change.problem)}
        </Banner>
      )}
      <RadioGroup
        label={t("schedules.kindOf")}
        value={kind}
        onChange={(chosen) => {
          setKind(chosen);
          if (chosen === "extra") setWhole(false);
        }}
        options={KINDS.map((one) => ({
          value: one,
          label: t(`schedules.exception.${one}`),
          hint: t(`schedules.exceptionHint.${one}`),
        }))}
      />
      <div className="grid">
        <DateField label={t("schedules.firstDay")} value={from} onChange={(chosen) => chosen && setFrom(chosen)} />
        <DateField label={t("schedules.lastDay")} value={to} onChange={(chosen) => chosen && setTo(chosen)} />
      </div>
      <Checkbox isSelected={isWhole} onChange={setWhole}>
        {t("schedules.wholeDays")}
      </Checkbox>
      {!isWhole && (
        <div className="grid">
          <TextField label={t("schedules.fromTime")} value={start} onChange={setStart} maxLength={5} />
          <TextField label={t("schedules.toTime")} value={end} onChange={setEnd} maxLength={5} />
        </div>
      )}
      {wrong && <p className="field-error">{wrong}</p>}
      <TextField
        label={t("schedules.reason")}
        hint={t("schedules.reasonHint")}
        optional
        maxLength={200}
        value={reason}
        onChange={setReason}
      />
      <div className="row">
        <Button type="submit" kind="primary" isPending={change.isPending}>
          {t("schedules.add")}
        </Button>
        <Button kind="quiet" onPress={onDone}>
          {t("ui.cancel")}
        </Button>
      </div>
    </form>
  );
}

/** Adding and taking out; what was taken out comes back from the toast. */
function useException(hours: Hours) {
  const add = useHoursChange(hours.schedule, (body: HoursChange) => addException(hours.schedule, body));
  const remove = useHoursChange(hours.schedule, (one: HoursChange) => takeOut(hours.schedule, one.id));
  return {
    problem: add.error ?? remove.error,
    isPending: add.isPending || remove.isPending,
    add: (body: HoursChange, onDone: () => void): void =>
      add.mutate(body, {
        onSuccess: () => {
          toast({ text: t("schedules.added") });
          onDone();
        },
      }),
    remove: (one: HoursChange): void =>
      remove.mutate(one, {
        onSuccess: () => toast({ text: t("schedules.takenOut"), onUndo: () => add.mutate({ ...one, id: "" }) }),
        onError: (problem) => toast({ tone: "danger", text: refusalOf(problem) }),
      }),
  };
}

interface ExceptionProps {
  readonly one: HoursChange;
  readonly zone: string;
  readonly onRemove?: () => void;
}

function Exception({ one, zone, onRemove }: ExceptionProps): ReactElement {
  return (
    <li>
      <span className="grow">
        <Badge tone={one.kind === "extra" ? "info" : "warning"}>{t(`schedules.exception.${one.kind}`)}</Badge>{" "}
        <span>{rangeOf(one, zone)}</span>
        {one.reason && <span className="muted small"> {one.reason}</span>}
      </span>
      {onRemove && (
        <Button size="small" onPress={onRemove}>
          {t("schedules.takeOut")}
        </Button>
      )}
    </li>
  );
}

/** Whole days as days, everything else with its times. */
function rangeOf({ start, end }: Pick<HoursChange, "start" | "end">, zone: string): string {
  const [first, last] = [wallOf(Date.parse(start), zone), wallOf(Date.parse(end), zone)];
  if (first.minute === 0 && last.minute === 0) {
    const until = dayAfter(last.day, -1);
    return first.day === until ? showDay(first.day) : `${showDay(first.day)} – ${showDay(until)}`;
  }
  const times = `${showMinute(first.minute)}–${showTimeIn(end, zone)}`;
  if (first.day === last.day) return `${showDay(first.day)} ${times}`;
  return `${showDay(first.day)} ${showMinute(first.minute)} – ${showDay(last.day)} ${showTimeIn(end, zone)}`;
}
