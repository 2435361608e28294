import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Dialog, showDay } from "../../ui/index.ts";
import { dayIn, dayWords, showTimeIn } from "../../ui/zones.ts";
import type { Conflict } from "./useMoves.ts";

export interface ConflictDialogProps {
  readonly conflict: Conflict | null;
  readonly zone: string;
  readonly onTake: (start: string) => void;
  readonly onClose: () => void;
}

/** The time was taken: nothing was changed, and these are free. */
export function ConflictDialog({ conflict, zone, onTake, onClose }: ConflictDialogProps): ReactElement {
  return (
    <Dialog title={t("calendar.taken")} isOpen={conflict !== null} onClose={onClose}>
      {conflict && (
        <>
          <p>{conflict.text}</p>
          <p className="muted">{t("calendar.unchanged", { name: conflict.moving.entry.patient?.name ?? "" })}</p>
          {conflict.taken.length > 0 && (
            <ul>
              {conflict.taken.map((start) => (
                <li key={start}>{momentIn(start, zone)}</li>
              ))}
            </ul>
          )}
          {conflict.free.length > 0 && (
            <>
              <p className="strong">{t("calendar.nextFree")}</p>
              <FreeTimes times={conflict.free} zone={zone} onTake={onTake} />
            </>
          )}
        </>
      )}
    </Dialog>
  );
}

/** Times to choose from, each a button. */
export function FreeTimes({
  times,
  zone,
  onTake,
}: {
  times: readonly string[];
  zone: string;
  onTake: (start: string) => void;
}): ReactElement {
  return (
    <div className="times">
      {times.map((start) => (
        <Button key={start} size="small" onPress={() => onTake(start)}>
          {momentIn(start, zone)}
        </Button>
      ))}
    </div>
  );
}

/** `Thu 12-Mar-2026 10:30`. */
export function momentIn(start: string, zone: string): string {
  const day = dayIn(start, zone);
  return `${dayWords(day, "weekday").slice(0, 3)} ${showDay(day)} ${showTimeIn(start, zone)}`;
}
