import { type KeyboardEvent, type ReactElement, useRef } from "react";
import { t } from "../../i18n/index.ts";
import { ErrorState, isoDay, Skeleton, showDay, showMoment } from "../../ui/index.ts";
import { type Filter, OUTCOMES } from "./filter.ts";
import type { Counted, Step } from "./log.ts";

interface TimelineProps {
  readonly counted: Counted | undefined;
  readonly isFailed: boolean;
  readonly filter: Filter;
  readonly onSpan: (span: { since: string; until: string }) => void;
}

const HOUR_MS = 3_600_000;

/** Entries by time, each step a bar of its outcomes; a bar pressed is the new span. Arrow keys go from bar to bar. */
export function Timeline({ counted, isFailed, filter, onSpan }: TimelineProps): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  if (isFailed) return <ErrorState title={t("oversight.loadFailed")}>{t("oversight.loadFailedLead")}</ErrorState>;
  if (!counted) return <Skeleton lines={4} />;
  const { step, entries } = counted;
  const steps = spread(counted, filter);
  const most = Math.max(1, ...steps.map(sum));
  const focusable = steps.findIndex((one) => sum(one) > 0);

  function move(event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    const bars = [...(list.current?.querySelectorAll("button") ?? [])];
    bars[bars.indexOf(event.target as HTMLButtonElement) + by]?.focus();
    event.preventDefault();
  }

  return (
    <figure className="oversight-timeline">
      <ul ref={list} aria-label={t("oversight.timeline")} onKeyDown={move}>
        {steps.map((one, place) => (
          <li key={one.at}>
            {sum(one) > 0 && (
              <button
                type="button"
                tabIndex={place === focusable ? 0 : -1}
                title={spoken(one, step)}
                aria-label={spoken(one, step)}
                onClick={() => onSpan({ since: String(one.at), until: String(one.at + step) })}
              >
                {OUTCOMES.toReversed().map((outcome) => (
                  <span
                    key={outcome}
                    className="oversight-part"
                    data-outcome={outcome}
                    style={{ blockSize: `${(100 * one[outcome]) / most}%` }}
                    data-none={one[outcome] === 0 || undefined}
                  />
                ))}
              </button>
            )}
          </li>
        ))}
      </ul>
      <figcaption>
        <span>{showDay(isoDay(new Date(filter.since)))}</span>
        <span className="oversight-legend">
          {OUTCOMES.map((outcome) => (
            <span key={outcome}>
              <i data-outcome={outcome} aria-hidden="true" /> {t(`oversight.outcome.${outcome}`)}
            </span>
          ))}
          <span className="muted">{t("oversight.most", { count: most, entries })}</span>
        </span>
        <span>{showDay(isoDay(new Date(filter.until - 1)))}</span>
      </figcaption>
    </figure>
  );
}

const sum = ({ ok, refused, failed }: Step): number => ok + refused + failed;

function spoken(one: Step, step: number): string {
  const when = step === HOUR_MS ? showMoment(one.at) : showDay(isoDay(new Date(one.at)));
  return t("oversight.step", { when, ok: one.ok, refused: one.refused, failed: one.failed });
}

/** Every step of the span, those without entries too, so that time runs evenly. */
export function spread({ step, steps }: Pick<Counted, "step" | "steps">, filter: Filter): readonly Step[] {
  const known = new Map(steps.map((one) => [one.at, one]));
  const first = Math.floor(filter.since / step) * step;
  const count = Math.max(1, Math.ceil((filter.until - first) / step));
  return Array.from({ length: count }, (_, place) => {
    const at = first + place * step;
    return known.get(at) ?? { at, ok: 0, refused: 0, failed: 0 };
  });
}
