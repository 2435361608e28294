import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useId, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, Checkbox, Select, TextField, toast } from "../../ui/index.ts";
import { formsInUse, refusalOf, roomKinds, useBookable, useSchedules, useServiceKeeping } from "./data.ts";
import {
  blank,
  type Choosable,
  limitsOf,
  NUMBERS,
  offered,
  readNumber,
  type Service,
  type Settings,
  shown,
  toggled,
} from "./service.ts";

const MODES = ["hidden", "view", "request", "instant"] as const satisfies readonly Service["mode"][];

export const modeOptions = () => MODES.map((mode) => ({ value: mode, label: t(`schedules.mode.${mode}`) }));

interface ServiceFormProps {
  /** The service to change; null for a new one. */
  readonly service: Service | null;
  /** What references are called. */
  readonly names: Readonly<Record<string, string>>;
  readonly onDone: () => void;
}

/** A service, new or changed: how long it takes, who and what it needs, and what patients may do with it. */
export function ServiceForm({ service, names, onDone }: ServiceFormProps): ReactElement {
  const [settings, setSettings] = useState<Settings>(service ?? blank());
  const [numbers, setNumbers] = useState(() => shown(settings));
  const [tried, setTried] = useState(false);
  const keep = useServiceKeeping();
  const wrong = NUMBERS.filter((one) => readNumber(one, numbers[one]) === undefined);
  const isNameless = !settings.name.trim();
  const put = (change: Partial<Settings>): void => setSettings((now) => ({ ...now, ...change }));

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (wrong.length > 0 || isNameless) return;
    const read = Object.fromEntries(NUMBERS.map((one) => [one, readNumber(one, numbers[one])]));
    keep.mutate(
      { before: service, settings: { ...settings, ...read, name: settings.name.trim() } },
      {
        onSuccess: (kept) => {
          toast({ text: t("schedules.saved", { name: kept.name }) });
          onDone();
        },
      },
    );
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {keep.isError && (
        <Banner tone="danger" role="alert">
          {refusalOf(keep.error)}
        </Banner>
      )}
      <TextField
        label={t("schedules.service")}
        value={settings.name}
        onChange={(name) => put({ name })}
        maxLength={120}
        autoFocus={service === null}
        error={tried && isNameless ? t("schedules.needName") : undefined}
      />
      <Select
        label={t("schedules.selfBooking")}
        hint={t(`schedules.modeHint.${settings.mode}`)}
        value={settings.mode}
        onChange={(mode) => put({ mode })}
        options={modeOptions()}
      />
      <div className="grid">
        {NUMBERS.map((one) => (
          <TextField
            key={one}
            label={t(`schedules.number.${one}`)}
            inputMode="decimal"
            value={numbers[one]}
            onChange={(text) => setNumbers((now) => ({ ...now, [one]: text }))}
            error={tried && wrong.includes(one) ? t("schedules.needNumberOf", limitsOf(one)) : undefined}
          />
        ))}
      </div>
      <Needs settings={settings} names={names} onChange={put} />
      <Checkbox isSelected={settings.video} onChange={(video) => put({ video })}>
        {t("schedules.isVideo")}
      </Checkbox>
      <Checkbox isSelected={settings.active} onChange={(active) => put({ active })}>
        {t("schedules.isActive")}
      </Checkbox>
      <div className="dialog-foot">
        <Button onPress={onDone}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={keep.isPending}>
          {t(service ? "schedules.save" : "schedules.addService")}
        </Button>
      </div>
    </form>
  );
}

interface NeedsProps {
  readonly settings: Settings;
  readonly names: Readonly<Record<string, string>>;
  readonly onChange: (change: Partial<Settings>) => void;
}

/** Who gives it, where and with what: one of each group at once; and the forms its patients are sent. */
function Needs({ settings, names, onChange }: NeedsProps): ReactElement {
  const schedules = useSchedules();
  const places = useBookable();
  const forms = useQuery({ queryKey: ["forms", "in-use"], queryFn: ({ signal }) => formsInUse(signal) });
  const withHours = (kind: "practitioner" | "room" | "device"): Choosable[] =>
    (schedules.data ?? []).filter((one) => one.kind === kind).map(({ actor, name }) => ({ reference: actor, name }));
  const kinds = roomKinds(places.data?.rooms ?? []);
  const group = (field: "providers" | "rooms" | "devices" | "forms", known: readonly Choosable[]) => ({
    label: t(`schedules.needs.${field}`),
    hint: t(`schedules.needsHint.${field}`),
    choices: offered(known, settings[field], names),
    chosen: settings[field],
    onToggle: (one: string, isIn: boolean) => onChange({ [field]: toggled(settings[field], one, isIn) }),
  });
  return (
    <>
      <Group {...group("providers", withHours("practitioner"))} />
      <Group {...group("rooms", withHours("room"))} />
      {(kinds.length > 0 || settings.roomKind) && (
        <Select
          label={t("schedules.roomKind")}
          hint={t("schedules.roomKindHint")}
          value={settings.roomKind}
          onChange={(roomKind) => onChange({ roomKind })}
          options={[
            { value: "", label: t("schedules.noRoomKind") },
            ...kinds,
            ...(settings.roomKind && !kinds.some((one) => one.value === settings.roomKind)
              ? [{ value: settings.roomKind, label: settings.roomKind }]
              : []),
          ]}
        />
      )}
      <Group {...group("devices", withHours("device"))} />
      <Group {...group("forms", forms.data ?? [])} />
    </>
  );
}

interface GroupProps {
  readonly label: string;
  readonly hint: string;
  readonly choices: readonly Choosable[];
  readonly chosen: readonly string[];
  readonly onToggle: (one: string, isIn: boolean) => void;
}

function Group({ label, hint, choices, chosen, onToggle }: GroupProps): ReactElement {
  const id = useId();
  return (
    <fieldset className="needs" aria-describedby={id}>
      <legend className="field-label">{label}</legend>
      <p id={id} className="field-hint">
        {choices.length > 0 ? hint : t("schedules.nothingToChoose")}
      </p>
      {choices.length > 0 && (
        <div className="needs-list">
          {choices.map(({ reference, name }) => (
            <Checkbox
              key={reference}
              isSelected={chosen.includes(reference)}
              onChange={(isIn) => onToggle(reference, isIn)}
            >
              {name}
            </Checkbox>
          ))}
        </div>
      )}
    </fieldset>
  );
}
