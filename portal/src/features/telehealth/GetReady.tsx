import { ArrowRight } from "lucide-react";
import { type FormEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Button, Stepper, showMoment, showTime, TextField } from "../../ui/index.ts";
import { Consent } from "./Consent.tsx";
import { DeviceTest } from "./DeviceTest.tsx";
import type { Finding } from "./findings.ts";
import type { Whole } from "./room.ts";
import type { Entry, Seat } from "./seat.ts";
import type { Reaching } from "./useDeviceTest.ts";
import { doorOf } from "./window.ts";

export type ReadyStep = "name" | "devices" | "consent";

export interface GetReadyProps {
  readonly seat: Seat;
  readonly seen: Whole;
  readonly steps: readonly ReadyStep[];
  readonly reaching: Reaching;
  readonly now: number;
  readonly isEntering: boolean;
  /** Why one did not come in, as a sentence. */
  readonly failure: string | undefined;
  readonly onTested: (findings: readonly Finding[]) => void;
  readonly onEnter: (entry: Entry) => void;
}

const LONGEST_NAME = 60;

/** Before the waiting room, one thing at a time: the name, the devices, the consent. */
export function GetReady(props: GetReadyProps): ReactElement {
  const { seat, seen, steps, reaching, now, isEntering, failure, onTested, onEnter } = props;
  const [place, setPlace] = useState(0);
  const [name, setName] = useState("");
  const step = steps[place] ?? "devices";
  const isEarly = doorOf(seen, now) === "early";
  const heading = useArrival(place);

  function goOn(): void {
    if (place + 1 < steps.length) setPlace(place + 1);
    else onEnter({ consent: true, ...(name && { name }) });
  }

  return (
    <div className="tele-plain stack">
      <header className="stack" data-gap="1">
        <h1 ref={heading} tabIndex={-1}>
          {t(`tele.step.${step}`)}
        </h1>
        <p className="muted">
          {t("tele.readyVisit")}
          {seen.hosts.length > 0 && ` ${t("tele.with.who", { name: seen.hosts.join(", ") })}`},{" "}
          <span className="nowrap">{showMoment(seen.start)}</span>
        </p>
      </header>
      {steps.length > 1 && <Stepper step={place + 1} count={steps.length} label={t(`tele.step.${step}`)} />}
      {isEarly && <Early opens={seen.opens} />}
      {step === "name" && <NameStep name={name} onName={setName} onGoOn={goOn} />}
      {step === "devices" && (
        <DeviceTest
          devices={seat.devices}
          reaching={reaching}
          me={name || t("tele.you")}
          onDone={onTested}
          onGoOn={isEarly ? undefined : goOn}
          failure={failure}
          isPending={isEntering}
        />
      )}
      {step === "consent" && <Consent isPending={isEntering} failure={failure} onAgree={goOn} />}
    </div>
  );
}

const Early = ({ opens }: { readonly opens: string }): ReactElement => (
  <p role="status">
    <strong>{t("tele.tooEarly")}.</strong> {t("tele.tooEarlyHint", { time: showTime(opens) })}
  </p>
);

interface NameStepProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onGoOn: () => void;
  readonly children?: ReactNode;
}

function NameStep({ name, onName, onGoOn }: NameStepProps): ReactElement {
  const [isMissing, setMissing] = useState(false);

  function go(event: FormEvent): void {
    event.preventDefault();
    setMissing(!name.trim());
    if (name.trim()) onGoOn();
  }

  return (
    <form className="stack" onSubmit={go}>
      <TextField
        label={t("tele.guestName")}
        value={name}
        onChange={onName}
        maxLength={LONGEST_NAME}
        autoComplete="name"
        error={isMissing && !name.trim() ? t("tele.guestNeedName") : undefined}
      />
      <Button type="submit" kind="primary" size="large" wide icon={ArrowRight}>
        {t("tele.guestGo")}
      </Button>
    </form>
  );
}

/** Another step is another page: whoever listens hears its heading. */
function useArrival(place: number) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(place);
  useEffect(() => {
    if (before.current !== place) heading.current?.focus();
    before.current = place;
  }, [place]);
  return heading;
}
