import { type ReactElement, useEffect, useRef, useState } from "react";
import type { Opening } from "../../fhir/appointments.ts";
import { t } from "../../i18n/index.ts";
import { Button, ErrorState, MonthGrid, Skeleton, showDay } from "../../ui/index.ts";
import { dayAfter, dayIn, dayWords, monthAfter, ownZone, sameClock, showTimeIn, zoneName } from "../../ui/zones.ts";
import { useTimes } from "./data.ts";
import { byDay, PARTS, partOf, type Service } from "./plan.ts";

export interface TimesChoiceProps {
  readonly service: Service;
  /** A provider's reference; empty is anybody. */
  readonly who: string;
  readonly chosen: string | null;
  /** The appointment that is moved. */
  readonly moving?: string | undefined;
  readonly onChoose: (opening: Opening) => void;
  readonly isPending: boolean;
}

/** A month with the days that have times, and below it the times of the chosen day. */
export function TimesChoice(props: TimesChoiceProps): ReactElement {
  const { service, who, chosen, moving } = props;
  const [guess, setGuess] = useState(ownZone);
  const today = dayIn(Date.now(), guess);
  const last = dayAfter(today, service.horizonDays);
  const [month, setMonth] = useState(() => (chosen ? dayIn(chosen, guess) : today));
  const [day, setDay] = useState<string | null>(() => (chosen ? dayIn(chosen, guess) : null));
  const times = useTimes({ service: service.reference, who, month, zone: guess, moving });
  const zone = times.data?.[0]?.zone ?? guess;
  const days = byDay(times.data ?? [], zone);
  useClinicClock(times.data?.[0]?.zone, guess, setGuess);
  useFirstMonth(times.data, month, last, day, setMonth);

  const open = day !== null && days.has(day) ? day : null;
  return (
    <div className="stack">
      <MonthGrid
        label={t("booking.days")}
        month={month}
        onMonth={setMonth}
        chosen={day}
        onChoose={setDay}
        today={today}
        from={today}
        until={last}
        look={(one) => {
          const count = days.get(one)?.length ?? 0;
          return count > 0
            ? { mark: "some", words: t("booking.timesOn", { count }) }
            : { isDisabled: true, words: t("booking.noTimesOn") };
        }}
      />
      {times.isPending && <Skeleton lines={3} />}
      {times.isError && (
        <ErrorState title={t("booking.timesFailed")} onRetry={() => void times.refetch()}>
          {t("booking.tryAgain")}
        </ErrorState>
      )}
      {times.data?.length === 0 && (
        <p role="status">{t("booking.noTimesMonth", { month: dayWords(month, "month") })}</p>
      )}
      {times.data && times.data.length > 0 && !open && <p role="status">{t("booking.chooseDay")}</p>}
      {open && <DayTimes {...props} day={open} openings={days.get(open) ?? []} zone={zone} />}
    </div>
  );
}

/** Once the clinic's clock is known, days are counted by it. */
function useClinicClock(zone: string | undefined, guess: string, onZone: (zone: string) => void): void {
  useEffect(() => {
    if (zone && zone !== guess) onZone(zone);
  }, [zone, guess, onZone]);
}

/** A month without times is passed over, until there is one or the clinic's book ends. */
function useFirstMonth(
  times: readonly Opening[] | undefined,
  month: string,
  last: string,
  day: string | null,
  onMonth: (month: string) => void,
): void {
  const looked = useRef(false);
  useEffect(() => {
    if (looked.current || !times) return;
    const next = `${monthAfter(month, 1).slice(0, 8)}01`;
    looked.current = true;
    if (times.length === 0 && day === null && next <= last) onMonth(next);
  }, [times, month, last, day, onMonth]);
}

interface DayTimesProps extends TimesChoiceProps {
  readonly day: string;
  readonly openings: readonly Opening[];
  readonly zone: string;
}

function DayTimes({ day, openings, zone, chosen, who, onChoose, isPending }: DayTimesProps): ReactElement {
  const own = ownZone();
  const differs = openings.some((one) => !sameClock(zone, own, Date.parse(one.start)));
  const section = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another day is other times, which are brought into sight
  useEffect(() => {
    section.current?.scrollIntoView({ block: "nearest" });
  }, [day]);
  return (
    <section ref={section} className="stack" aria-labelledby="times-head">
      <h2 id="times-head">
        {dayWords(day)}, {showDay(day)}
      </h2>
      <p className="muted">
        {t("booking.zone", { zone: zoneName(zone, Date.parse(openings[0]?.start ?? "")) })}
        {differs && ` ${t("booking.zoneDiffers")}`}
      </p>
      {PARTS.map((part) => {
        const some = openings.filter((one) => partOf(one.start, zone) === part);
        return some.length === 0 ? null : (
          <div key={part} className="stack" data-gap="2">
            <h3>{t(`booking.part.${part}`)}</h3>
            <div className="big-times">
              {some.map((one) => (
                <Button
                  key={one.start}
                  size="large"
                  kind={chosen === one.start ? "primary" : "secondary"}
                  isDisabled={isPending}
                  onPress={() => onChoose(one)}
                >
                  <span className="tabular">{showTimeIn(one.start, zone)}</span>
                  {differs && (
                    <span className="small muted">
                      {" "}
                      ({t("booking.yourClock", { time: showTimeIn(one.start, own) })})
                    </span>
                  )}
                  {!who && one.who && <span className="visually-hidden">, {t("booking.with", { who: one.who })}</span>}
                </Button>
              ))}
            </div>
          </div>
        );
      })}
    </section>
  );
}
