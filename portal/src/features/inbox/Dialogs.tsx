import { type ReactElement, type ReactNode, useState } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { PresenceMark } from "../../live/index.ts";
import { Banner, Button, DateField, Dialog, isoDay, RadioGroup, Select, TextField, toast } from "../../ui/index.ts";
import { type TaskLine, type Team, useAssign, useColleagues, usePutOff, useReject } from "./api.ts";
import { endOfDay } from "./urgency.ts";

const TEAMS = [
  "clinician",
  "nurse",
  "front-desk",
  "lab",
  "pharmacist",
  "administrator",
] as const satisfies readonly Team[];

interface FrameProps {
  readonly title: string;
  readonly action: string;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function Frame({ title, action, error, isPending, onAct, onClose, children }: FrameProps): ReactElement {
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button kind="primary" isPending={isPending} onPress={() => void onAct().catch(() => undefined)}>
            {action}
          </Button>
        </>
      }
    >
      {error && (
        <Banner tone="danger" role="alert" title={t("inbox.notSaved")}>
          {error instanceof Problem ? error.detail || error.message : error.message}
        </Banner>
      )}
      {children}
    </Dialog>
  );
}

interface TaskDialogProps {
  readonly task: TaskLine;
  readonly onClose: () => void;
}

export interface WhoProps {
  readonly owner: string | null;
  readonly team: Team | null;
  readonly onChange: (to: { owner: string | null; team: Team | null }) => void;
  readonly error?: string | undefined;
}

/** A colleague or a team. */
export function WhoFields({ owner, team, onChange, error }: WhoProps): ReactElement {
  const [to, setTo] = useState<"person" | "team">(team ? "team" : "person");
  const colleagues = useColleagues(true);
  return (
    <>
      <RadioGroup
        label={t("inbox.assignTo")}
        options={[
          { value: "person", label: t("inbox.assignPerson") },
          { value: "team", label: t("inbox.assignTeam") },
        ]}
        value={to}
        onChange={(now) => {
          setTo(now);
          onChange({ owner: null, team: null });
        }}
      />
      {to === "person" ? (
        <>
          <Select
            label={t("inbox.colleague")}
            options={(colleagues.data ?? []).map(({ reference, name }) => ({ value: reference, label: name }))}
            value={owner}
            onChange={(now) => onChange({ owner: now, team: null })}
            error={error}
          />
          <p role="status">{owner && <PresenceMark person={owner} />}</p>
        </>
      ) : (
        <Select
          label={t("inbox.assignTeam")}
          options={TEAMS.map((one) => ({ value: one, label: t("inbox.forTeam", { team: one }) }))}
          value={team}
          onChange={(now) => onChange({ owner: null, team: now })}
          error={error}
        />
      )}
    </>
  );
}

export function AssignDialog({ task, onClose, onDone }: TaskDialogProps & { onDone: () => void }): ReactElement {
  const colleagues = useColleagues(true);
  const assign = useAssign();
  const [to, setTo] = useState<{ owner: string | null; team: Team | null }>({ owner: null, team: null });
  const [note, setNote] = useState("");
  const [missing, setMissing] = useState(false);
  async function act(): Promise<void> {
    if (!to.owner && !to.team) return setMissing(true);
    await assign.mutateAsync({ task: task.id, body: { owner: to.owner, team: to.team, note } });
    const name = to.team
      ? t("inbox.forTeam", { team: to.team })
      : (colleagues.data?.find(({ reference }) => reference === to.owner)?.name ?? "");
    toast({ text: t("inbox.assigned", { who: name }), tone: "success" });
    onClose();
    onDone();
  }
  return (
    <Frame
      title={t("inbox.assignTitle")}
      action={t("inbox.assign")}
      error={assign.error}
      isPending={assign.isPending}
      onAct={act}
      onClose={onClose}
    >
      <WhoFields
        {...to}
        onChange={(now) => {
          setMissing(false);
          setTo(now);
        }}
        error={missing ? t("inbox.needWho") : undefined}
      />
      <TextField label={t("inbox.assignNote")} optional rows={3} value={note} onChange={setNote} maxLength={1000} />
    </Frame>
  );
}

export function DueDialog({ task, onClose }: TaskDialogProps): ReactElement {
  const putOff = usePutOff();
  const [day, setDay] = useState<string | null>(task.due ? isoDay(new Date(task.due)) : null);
  async function act(): Promise<void> {
    await putOff.mutateAsync({ task: task.id, due: day ? endOfDay(day) : null });
    toast({ text: t("inbox.dueSaved"), tone: "success" });
    onClose();
  }
  return (
    <Frame
      title={t("inbox.dueTitle")}
      action={t("inbox.save")}
      error={putOff.error}
      isPending={putOff.isPending}
      onAct={act}
      onClose={onClose}
    >
      <DateField label={t("inbox.dueName")} optional value={day} onChange={setDay} />
    </Frame>
  );
}

export function RejectDialog({ task, onClose, onDone }: TaskDialogProps & { onDone: () => void }): ReactElement {
  const reject = useReject();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  async function act(): Promise<void> {
    if (!reason.trim()) return setMissing(true);
    await reject.mutateAsync({ task: task.id, reason });
    toast({ text: t("inbox.rejected"), tone: "success" });
    onClose();
    onDone();
  }
  return (
    <Frame
      title={t("inbox.rejectTitle")}
      action={t("inbox.reject")}
      error={reject.error}
      isPending={reject.isPending}
      onAct={act}
      onClose={onClose}
    >
      <TextField
        label={t("inbox.reason")}
        rows={3}
        value={reason}
        onChange={(now) => {
          setMissing(false);
          setReason(now);
        }}
        maxLength={1000}
        error={missing ? t("inbox.needReason") : undefined}
      />
    </Frame>
  );
}

export { Frame };
