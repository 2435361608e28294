import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Checkbox, DateField, ErrorSummary, RadioGroup, Select, toast } from "../../ui/index.ts";
import { dayWords, instantOf, isoIn, weekOf } from "../../ui/zones.ts";
import type { PatientField } from "./BookingPanel.tsx";
import type { Actor, Service } from "./calendar.ts";
import { missingOf, periodOf, WAITING_KEY, type Wish } from "./waiting.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const satisfies readonly Wish["days"][number][];
const PARTS = ["", "morning", "afternoon", "evening"] as const satisfies readonly Schemas["WaitWanted"]["partOfDay"][];

export interface WaitFormProps {
  readonly start: Wish;
  readonly services: readonly Service[];
  readonly actors: readonly Actor[];
  readonly zone: string;
  readonly patientField: PatientField;
  readonly onDone: () => void;
}

/** A place on the wait list for somebody at the desk or on the phone: who, what for, with whom, which days suit. */
export function WaitForm(props: WaitFormProps): ReactElement {
  const { services, actors, zone, patientField: Patient, onDone } = props;
  const [wish, setWish] = useState(props.start);
  const [seen, setSeen] = useState<ReturnType<typeof missingOf>>([]);
  const send = useJoining(wish, zone, onDone);
  const change = (more: Partial<Wish>): void => setWish((now) => ({ ...now, ...more }));
  const error = (field: (typeof seen)[number]) => (seen.includes(field) ? t(`calendar.waitNeed.${field}`) : undefined);
  const service = services.find((one) => one.reference === wish.service);
  const able = actors.filter(({ reference }) => service?.providers.includes(reference));

  function submit(event: FormEvent): void {
    event.preventDefault();
    const missing = missingOf(wish);
    setSeen(missing);
    if (missing.length === 0) send.mutate();
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <ErrorSummary
        mistakes={seen.map((one) => ({ field: `waiting-${one}`, message: t(`calendar.waitNeed.${one}`) }))}
      />
      {send.isError && (
        <Banner tone="danger" role="alert" title={t("calendar.waitFailed")}>
          {send.error instanceof Problem ? send.error.detail : ""}
        </Banner>
      )}
      <Patient
        id="waiting-patient"
        value={wish.patient}
        onChange={(patient) => change({ patient })}
        error={error("patient")}
      />
      <Select
        id="waiting-service"
        label={t("calendar.service")}
        value={wish.service}
        onChange={(chosen) => change({ service: chosen, provider: null })}
        options={services.map((one) => ({ value: one.reference, label: one.name }))}
        error={error("service")}
      />
      {able.length > 0 && (
        <Select
          label={t("calendar.provider")}
          value={wish.provider ?? ""}
          onChange={(chosen) => change({ provider: chosen || null })}
          options={[
            { value: "", label: t("calendar.providerAny") },
            ...able.map(({ reference, name }) => ({ value: reference, label: name })),
          ]}
        />
      )}
      <DateField label={t("calendar.waitFrom")} value={wish.from} onChange={(from) => from && change({ from })} />
      <DateField
        id="waiting-to"
        label={t("calendar.waitTo")}
        value={wish.to}
        onChange={(to) => to && change({ to })}
        error={error("to")}
      />
      <fieldset className="stack" data-gap="1">
        <legend className="field-label">{t("calendar.waitDays")}</legend>
        <p className="field-hint">{t("calendar.waitDaysHint")}</p>
        <div className="waiting-days">
          {weekOf(wish.from).map((date, at) => {
            const day = DAYS[at];
            return day ? (
              <Checkbox
                key={day}
                isSelected={wish.days.includes(day)}
                onChange={(isOn) =>
                  change({ days: isOn ? [...wish.days, day] : wish.days.filter((one) => one !== day) })
                }
              >
                {dayWords(date, "weekday")}
              </Checkbox>
            ) : null;
          })}
        </div>
      </fieldset>
      <RadioGroup
        label={t("calendar.waitPart")}
        value={wish.part}
        onChange={(part) => change({ part })}
        options={PARTS.map((one) => ({ value: one, label: t(`calendar.waitPart.${one || "any"}`) }))}
      />
      <div className="row">
        <Button type="submit" kind="primary" isPending={send.isPending}>
          {t("calendar.waitJoin")}
        </Button>
        <Button kind="quiet" onPress={onDone}>
          {t("ui.cancel")}
        </Button>
      </div>
    </form>
  );
}

function useJoining(wish: Wish, zone: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const { start, end } = periodOf(wish, (day) => instantOf(day, 0, zone), Date.now());
      const body = {
        service: wish.service ?? "",
        patient: `Patient/${wish.patient?.id ?? ""}`,
        start: isoIn(start, zone),
        end: isoIn(end, zone),
        days: [...wish.days],
        partOfDay: wish.part,
        actor: wish.provider,
      };
      return answer(api.POST("/api/scheduling/wait-list", { body }));
    },
    onSuccess: () => {
      toast({ text: t("calendar.waitJoined", { name: wish.patient?.name ?? "" }), tone: "success" });
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: WAITING_KEY }),
  });
}
