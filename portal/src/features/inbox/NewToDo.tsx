import { type ReactElement, type ReactNode, useState } from "react";
import { t } from "../../i18n/index.ts";
import { Checkbox, DateField, RadioGroup, TextField, toast } from "../../ui/index.ts";
import { type Team, useAdd } from "./api.ts";
import { Frame, WhoFields } from "./Dialogs.tsx";
import { endOfDay } from "./urgency.ts";

/** Somebody as a picker answers them. */
export interface Whose {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
}

interface NewToDoProps {
  readonly picker: (value: Whose | null, onChange: (patient: Whose | null) => void) => ReactNode;
  readonly onClose: () => void;
}

/** Something to do, for oneself, a colleague or a team. */
export function NewToDo({ picker, onClose }: NewToDoProps): ReactElement {
  const add = useAdd();
  const [title, setTitle] = useState("");
  const [whom, setWhom] = useState<"me" | "other">("me");
  const [to, setTo] = useState<{ owner: string | null; team: Team | null }>({ owner: null, team: null });
  const [patient, setPatient] = useState<Whose | null>(null);
  const [day, setDay] = useState<string | null>(null);
  const [isUrgent, setUrgent] = useState(false);
  const [tried, setTried] = useState(false);
  const isWhoMissing = whom === "other" && !to.owner && !to.team;
  async function act(): Promise<void> {
    setTried(true);
    if (!title.trim() || isWhoMissing) return;
    await add.mutateAsync({
      title,
      owner: to.owner,
      team: to.team,
      patient: patient?.id ?? null,
      due: day ? endOfDay(day) : null,
      urgent: isUrgent,
    });
    toast({ text: t("inbox.added"), tone: "success" });
    onClose();
  }
  return (
    <Frame
      title={t("inbox.newToDo")}
      action={t("inbox.add")}
      error={add.error}
      isPending={add.isPending}
      onAct={act}
      onClose={onClose}
    >
      <TextField
        label={t("inbox.toDo")}
        value={title}
        onChange={setTitle}
        maxLength={300}
        error={tried && !title.trim() ? t("inbox.needTitle") : undefined}
      />
      <RadioGroup
        label={t("inbox.forWhom")}
        options={[
          { value: "me", label: t("inbox.forMe") },
          { value: "other", label: t("inbox.assignPerson") },
        ]}
        value={whom}
        onChange={(now) => {
          setWhom(now);
          setTo({ owner: null, team: null });
        }}
      />
      {whom === "other" && (
        <WhoFields {...to} onChange={setTo} error={tried && isWhoMissing ? t("inbox.needWho") : undefined} />
      )}
      {picker(patient, setPatient)}
      <DateField label={t("inbox.dueName")} optional value={day} onChange={setDay} />
      <Checkbox isSelected={isUrgent} onChange={setUrgent}>
        {t("inbox.isUrgent")}
      </Checkbox>
    </Frame>
  );
}
