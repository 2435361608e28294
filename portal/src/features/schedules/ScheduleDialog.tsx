import { type FormEvent, type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Banner, Button, ComboBox, Dialog, RadioGroup, TextField, toast } from "../../ui/index.ts";
import { type Kind, refusalOf, type ScheduleName, useBookable, useScheduleMaking } from "./data.ts";

interface ScheduleDialogProps {
  readonly present: readonly ScheduleName[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** The schedule that was made. */
  readonly onMade: (schedule: string) => void;
}

/** Hours for a person, a room or a device that has none yet. */
export function ScheduleDialog({ present, isOpen, onClose, onMade }: ScheduleDialogProps): ReactElement {
  return (
    <Dialog title={t("schedules.addSchedule")} isOpen={isOpen} onClose={onClose}>
      <ScheduleForm present={present} onClose={onClose} onMade={onMade} />
    </Dialog>
  );
}

function ScheduleForm({ present, onClose, onMade }: Omit<ScheduleDialogProps, "isOpen">): ReactElement {
  const [kind, setKind] = useState<Kind>("practitioner");
  const [actor, setActor] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const bookable = useBookable();
  const make = useScheduleMaking();
  const isDevice = kind === "device";
  const isMissing = isDevice ? !name.trim() : actor === null;
  const taken = new Set(present.map((one) => one.actor));
  const all = kind === "practitioner" ? bookable.data?.people : bookable.data?.rooms;
  const free = (all ?? []).filter((one) => !taken.has(one.reference));

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isMissing) return;
    make.mutate(isDevice ? { device: name.trim() } : { actor: actor ?? "" }, {
      onSuccess: (made) => {
        toast({ text: t("schedules.scheduleAdded", { name: made.name }) });
        onMade(made.schedule);
        onClose();
      },
    });
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {(make.isError || bookable.isError) && (
        <Banner tone="danger" role="alert">
          {make.isError ? refusalOf(make.error) : t("schedules.loadFailed")}
        </Banner>
      )}
      <RadioGroup
        label={t("schedules.whose")}
        value={kind}
        onChange={(chosen) => {
          setKind(chosen);
          setActor(null);
          setTried(false);
        }}
        options={(["practitioner", "room", "device"] as const).map((one) => ({
          value: one,
          label: t(`schedules.new.${one}`),
        }))}
      />
      {isDevice ? (
        <TextField
          label={t("schedules.deviceName")}
          hint={t("schedules.deviceHint")}
          value={name}
          onChange={setName}
          maxLength={120}
          error={tried && isMissing ? t("schedules.needName") : undefined}
        />
      ) : (
        <ComboBox
          key={kind}
          label={t(`schedules.new.${kind}`)}
          hint={t(free.length > 0 || !all ? "schedules.newHint" : "schedules.allHaveHours")}
          options={free.map((one) => ({ value: one.reference, label: one.name }))}
          value={actor}
          onChange={setActor}
          error={tried && isMissing ? t("schedules.needWhose") : undefined}
        />
      )}
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={make.isPending}>
          {t("schedules.addSchedule")}
        </Button>
      </div>
    </form>
  );
}
