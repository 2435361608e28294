import { Copy, Plus, X } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft } from "../../session/index.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  ComboBox,
  IconButton,
  Menu,
  showDay,
  showTime,
  TextField,
  toast,
} from "../../ui/index.ts";
import { DAY_MINUTES, dayAfter, dayIn, daysFrom, dayWords, readMinute, showMinute, weekOf } from "../../ui/zones.ts";
import { type Hours, refusalOf, useHoursChange } from "./data.ts";
import {
  copied,
  isSound,
  minutesOpen,
  openOn,
  type Hours as Range,
  troublesOf,
  type Week,
  weekFrom,
  weeklyFrom,
  withDay,
  withRange,
} from "./week.ts";

interface Draft {
  readonly week: Week;
  readonly zone: string;
}

/** Any Monday, to name the days of the week by. */
const WEEK = weekOf("2026-01-05");
const dayName = (at: number): string => dayWords(WEEK[at] ?? "", "weekday");

/** The hours of a usual week, several ranges a day, with what the next two weeks come to. */
export function HoursEditor({ hours, mayChange }: { hours: Hours; mayChange: boolean }): ReactElement {
  const start = useMemo<Draft>(() => ({ week: weekFrom(hours.weekly), zone: hours.zone }), [hours]);
  const draft = useDraft(`schedule/${hours.schedule}`, start);
  const { week, zone } = draft.value;
  const isSaid = draft.savedAt !== null;
  const save = useHoursChange(hours.schedule, ({ week: to, zone: by }: Draft) =>
    answer(
      api.PUT("/api/scheduling/schedules/{schedule}/hours", {
        params: { path: { schedule: hours.schedule } },
        body: { zone: by, weekly: weeklyFrom(to), version: hours.version },
      }),
    ),
  );
  const change = (to: Week): void => draft.change((now) => ({ ...now, week: to }));

  function send(): void {
    save.mutate(draft.value, {
      onSuccess: () => {
        draft.discard();
        toast({ text: t("schedules.saved", { name: hours.name }) });
      },
    });
  }

  return (
    <>
      <Card title={t("schedules.week")} note={hours.name}>
        <div className="stack">
          {save.isError && (
            <Banner tone="danger" role="alert">
              {refusalOf(save.error)}
            </Banner>
          )}
          <ul className="week">
            {week.map((day, at) => (
              <li key={WEEK[at]} className="week-day">
                <span className="week-name strong">{dayName(at)}</span>
                <Ranges
                  name={dayName(at)}
                  day={day}
                  mayChange={mayChange}
                  onChange={(to) => change(withDay(week, at, to))}
                />
                {mayChange && (
                  <span className="row" data-gap="1">
                    <IconButton
                      icon={Plus}
                      size="small"
                      label={t("schedules.addRange", { day: dayName(at) })}
                      onPress={() => change(withDay(week, at, withRange(day)))}
                    />
                    <CopyMenu at={at} onCopy={(to) => change(copied(week, at, to))} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          <Zone zone={zone} mayChange={mayChange} onZone={(to) => draft.change((now) => ({ ...now, zone: to }))} />
          {mayChange && (
            <div className="row" data-justify="between">
              <span className="muted small">
                {draft.savedAt ? t("schedules.kept", { time: showTime(draft.savedAt) }) : t("schedules.unchanged")}
              </span>
              <span className="row">
                {isSaid && (
                  <Button kind="quiet" onPress={draft.discard}>
                    {t("schedules.discard")}
                  </Button>
                )}
                <Button kind="primary" isDisabled={!isSaid || !isSound(week)} isPending={save.isPending} onPress={send}>
                  {t("schedules.save")}
                </Button>
              </span>
            </div>
          )}
        </div>
      </Card>
      <Preview before={start} after={draft.value} hours={hours} />
    </>
  );
}

interface RangesProps {
  readonly name: string;
  readonly day: readonly Range[];
  readonly mayChange: boolean;
  readonly onChange: (day: readonly Range[]) => void;
}

function Ranges({ name, day, mayChange, onChange }: RangesProps): ReactElement {
  const troubles = troublesOf(day);
  if (day.length === 0) return <span className="muted grow">{t("schedules.closed")}</span>;
  const put = (at: number, to: Partial<Range>): void =>
    onChange(day.map((one, place) => (place === at ? { ...one, ...to } : one)));
  return (
    <ul className="week-ranges grow">
      {day.map((one, at) => {
        const trouble = troubles.get(at);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a range is its place while it is written
          <li key={at} className="week-range">
            {mayChange ? (
              <>
                <TimeField
                  label={t("schedules.from", { day: name, count: at + 1 })}
                  minute={one.from}
                  onMinute={(from) => put(at, { from })}
                />
                <span aria-hidden="true">–</span>
                <TimeField
                  label={t("schedules.to", { day: name, count: at + 1 })}
                  minute={one.to}
                  onMinute={(to) => put(at, { to })}
                />
                <IconButton
                  icon={X}
                  size="small"
                  label={t("schedules.removeRange", { day: name, count: at + 1 })}
                  onPress={() => onChange(day.filter((_, place) => place !== at))}
                />
              </>
            ) : (
              <span className="tabular">
                {showMinute(one.from)}–{showMinute(one.to % DAY_MINUTES || DAY_MINUTES)}
              </span>
            )}
            {one.to > DAY_MINUTES && <span className="muted small">{t("schedules.nextDay")}</span>}
            {one.services.length > 0 && (
              <span className="muted small">{t("schedules.keptTo", { count: one.services.length })}</span>
            )}
            {trouble && (
              <span className="field-error" role="alert">
                {t(`schedules.trouble.${trouble}`)}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** A time of the day, read when one leaves it; what cannot be read goes back to what it was. */
function TimeField({
  label,
  minute,
  onMinute,
}: {
  label: string;
  minute: number;
  onMinute: (minute: number) => void;
}): ReactElement {
  const [text, setText] = useState<string | null>(null);
  const shown = showMinute(minute > DAY_MINUTES ? minute - DAY_MINUTES : minute);

  function leave(): void {
    const read = readMinute(text ?? "");
    if (text !== null && read !== undefined && text !== shown) onMinute(read);
    setText(null);
  }

  return (
    <TextField
      label={label}
      hideLabel
      inputMode="numeric"
      maxLength={5}
      value={text ?? shown}
      onChange={setText}
      onBlur={leave}
    />
  );
}

const WORKDAYS = [0, 1, 2, 3, 4];
const ALL_DAYS = [...WORKDAYS, 5, 6];

function CopyMenu({ at, onCopy }: { at: number; onCopy: (to: readonly number[]) => void }): ReactElement {
  const label = t("schedules.copy", { day: dayName(at) });
  const others = ALL_DAYS.filter((one) => one !== at);
  return (
    <Menu
      label={label}
      trigger={<IconButton icon={Copy} size="small" label={label} />}
      groups={[
        {
          id: "many",
          entries: [
            { id: "workdays", label: t("schedules.copyWorkdays"), onAction: () => onCopy(WORKDAYS) },
            { id: "all", label: t("schedules.copyAll"), onAction: () => onCopy(ALL_DAYS) },
          ],
        },
        {
          id: "one",
          title: t("schedules.copyTo"),
          entries: others.map((one) => ({ id: String(one), label: dayName(one), onAction: () => onCopy([one]) })),
        },
      ]}
    />
  );
}

function Zone({
  zone,
  mayChange,
  onZone,
}: {
  zone: string;
  mayChange: boolean;
  onZone: (zone: string) => void;
}): ReactElement {
  const options = useMemo(
    () =>
      [...new Set([zone, ...Intl.supportedValuesOf("timeZone")])].map((one) => ({ value: one, label: spaced(one) })),
    [zone],
  );
  if (!mayChange) return <p className="muted">{t("schedules.zoneIs", { zone: spaced(zone) })}</p>;
  return (
    <div className="schedules-zone">
      <ComboBox
        label={t("schedules.zone")}
        hint={t("schedules.zoneHint")}
        options={options}
        value={zone}
        onChange={(chosen) => chosen && chosen !== zone && onZone(chosen)}
      />
    </div>
  );
}

const spaced = (zone: string): string => zone.replaceAll("_", " ");

const PREVIEW_DAYS = 14;

/** What the hours and the exceptions come to, day by day, with what the draft changes. */
function Preview({ before, after, hours }: { before: Draft; after: Draft; hours: Hours }): ReactElement {
  const today = dayIn(Date.now(), after.zone);
  const days = daysFrom(today, dayAfter(today, PREVIEW_DAYS - 1)).map((day) => {
    const open = openOn(after.week, hours.exceptions, day, after.zone);
    return { day, open, isChanged: words(open) !== words(openOn(before.week, hours.exceptions, day, before.zone)) };
  });
  const total = days.reduce((sum, { open }) => sum + minutesOpen(open), 0);
  return (
    <Card title={t("schedules.preview")} note={t("schedules.previewTotal", { count: Math.round(total / 60) })}>
      <ul className="preview">
        {days.map(({ day, open, isChanged }) => (
          <li key={day}>
            <span className="nowrap">
              {dayWords(day, "weekday").slice(0, 3)} {showDay(day)}
            </span>
            <span className={open.length > 0 ? "tabular" : "muted"}>{words(open) || t("schedules.closed")}</span>
            {isChanged && <Badge tone="info">{t("schedules.changes")}</Badge>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

const words = (open: readonly { from: number; to: number }[]): string =>
  open.map(({ from, to }) => `${showMinute(from)}–${showMinute(to)}`).join(", ");
