import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Banner, Button, Checkbox, RadioGroup, toast } from "../../ui/index.ts";
import { dayAfter, dayIn, dayWords, instantOf, isoIn, ownZone, weekOf } from "../../ui/zones.ts";
import { refusalText, useOwnChange } from "./data.ts";
import { PARTS, type Part, type Service } from "./plan.ts";

const DAYS = [
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
] as const satisfies readonly Schemas["WaitWanted"]["days"][number][];

export interface WaitFormProps {
  readonly service: Service;
  readonly who: string;
  readonly onDone: () => void;
}

/** A place on the wait list: which days and which part of them would suit. */
export function WaitForm({ service, who, onDone }: WaitFormProps): ReactElement {
  const { patient } = useSession();
  const [days, setDays] = useState<readonly (typeof DAYS)[number][]>([]);
  const [part, setPart] = useState<Part | "any">("any");
  const zone = ownZone();
  const today = dayIn(Date.now(), zone);
  const send = useOwnChange(
    () =>
      answer(
        api.POST("/api/scheduling/wait-list", {
          body: {
            service: service.reference,
            patient: `Patient/${patient ?? ""}`,
            start: isoIn(Date.now(), zone),
            end: isoIn(instantOf(dayAfter(today, service.horizonDays), 0, zone), zone),
            days: [...days],
            partOfDay: part === "any" ? "" : part,
            actor: who || null,
          },
        }),
      ),
    () => {
      toast({ text: t("booking.onList") });
      onDone();
    },
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    send.mutate(undefined);
  }

  const toggle = (day: (typeof DAYS)[number], isOn: boolean): void =>
    setDays((now) => (isOn ? [...now, day] : now.filter((one) => one !== day)));

  return (
    <form className="stack" onSubmit={submit}>
      {send.isError && (
        <Banner tone="danger" role="alert">
          {refusalText(send.error) || t("booking.listFailed")}
        </Banner>
      )}
      <fieldset className="stack" data-gap="1">
        <legend className="field-label">{t("booking.whichDays")}</legend>
        <p className="field-hint">{t("booking.whichDaysHint")}</p>
        <div className="wait-days">
          {weekOf(today).map((date, at) => {
            const day = DAYS[at];
            return day ? (
              <Checkbox key={day} isSelected={days.includes(day)} onChange={(isOn) => toggle(day, isOn)}>
                {dayWords(date, "weekday")}
              </Checkbox>
            ) : null;
          })}
        </div>
      </fieldset>
      <RadioGroup
        label={t("booking.whichPart")}
        value={part}
        onChange={setPart}
        options={[
          { value: "any", label: t("booking.part.any") },
          ...PARTS.map((one) => ({ value: one, label: t(`booking.part.${one}`) })),
        ]}
      />
      <div className="row">
        <Button type="submit" kind="primary" isPending={send.isPending}>
          {t("booking.joinList")}
        </Button>
        <Button kind="quiet" onPress={onDone}>
          {t("ui.cancel")}
        </Button>
      </div>
    </form>
  );
}
