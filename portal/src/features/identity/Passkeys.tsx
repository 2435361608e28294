import { useMutation } from "@tanstack/react-query";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  Card,
  Confirm,
  Dialog,
  EmptyState,
  IconButton,
  isoDay,
  showDay,
  showMoment,
  TextField,
  toast,
} from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { thisDevice } from "./devices.ts";
import { addPasskey, canPasskey, PasskeyStopped } from "./passkeys.ts";

type Passkey = Schemas["Passkey"];

interface PasskeysProps {
  readonly passkeys: readonly Passkey[];
  readonly onChange: () => void;
}

/** The account's passkeys: their names, their use, and what can be done with them. */
export function Passkeys({ passkeys, onChange }: PasskeysProps): ReactElement {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const remove = useMutation({
    mutationFn: ({ id }: Passkey) =>
      answer(api.DELETE("/api/account/passkeys/{passkey}", { params: { path: { passkey: id } } })),
    onSuccess: (_, { name }) => toast({ text: t("security.passkeyRemoved", { name }) }),
    onError: (error) => toast({ tone: "danger", text: complaint(error, "identity.failed") }),
    onSettled: () => {
      setRemoving(null);
      onChange();
    },
  });
  const add = (
    <Button size="small" icon={Plus} onPress={() => setAdding(true)} isDisabled={!canPasskey()}>
      {t("security.addPasskey")}
    </Button>
  );
  return (
    <Card title={t("security.passkeys")} actions={passkeys.length > 0 && add} flush>
      {passkeys.length === 0 ? (
        <EmptyState icon={KeyRound} title={t("security.noPasskeys")} actions={add}>
          {canPasskey() ? t("security.passkeysLead") : t("identity.passkeyUnsupported")}
        </EmptyState>
      ) : (
        <ul className="security-lines" data-inset="">
          {passkeys.map((passkey) => (
            <PasskeyLine key={passkey.id} passkey={passkey} onRemove={() => setRemoving(passkey)} />
          ))}
        </ul>
      )}
      <AddPasskey isOpen={adding} onClose={() => setAdding(false)} onAdded={onChange} />
      <Confirm
        title={t("security.removePasskeyTitle", { name: removing?.name ?? "" })}
        action={t("security.remove")}
        isOpen={removing !== null}
        isPending={remove.isPending}
        onConfirm={() => removing && remove.mutate(removing)}
        onClose={() => setRemoving(null)}
      >
        {t("security.removePasskeyLead")}
      </Confirm>
    </Card>
  );
}

function PasskeyLine({ passkey, onRemove }: { passkey: Passkey; onRemove: () => void }): ReactElement {
  const { name, createdAt, lastUsedAt } = passkey;
  return (
    <li className="security-line">
      <KeyRound aria-hidden="true" size={18} />
      <div className="grow">
        <h3>{name}</h3>
        <p className="muted small">
          {t("security.added", { day: showDay(isoDay(new Date(createdAt))) })} ·{" "}
          {lastUsedAt ? t("security.lastUsed", { moment: showMoment(lastUsedAt) }) : t("security.neverUsed")}
        </p>
      </div>
      <IconButton icon={Trash2} label={t("security.removePasskey", { name })} onPress={onRemove} />
    </li>
  );
}

interface AddPasskeyProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

function AddPasskey({ isOpen, onClose, onAdded }: AddPasskeyProps): ReactElement {
  const [name, setName] = useState(thisDevice);
  const add = useMutation({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: () => {
      toast({ text: t("security.passkeyAdded", { name: name.trim() }) });
      onClose();
      onAdded();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim()) add.mutate();
  }

  return (
    <Dialog title={t("security.addPasskey")} isOpen={isOpen} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p className="muted">{t("security.passkeysLead")}</p>
        {add.isError && (
          <Banner tone="danger" role="alert">
            {add.error instanceof PasskeyStopped
              ? t("identity.passkeyStopped")
              : complaint(add.error, "identity.failed")}
          </Banner>
        )}
        <TextField
          label={t("security.passkeyName")}
          hint={t("security.passkeyNameHint")}
          value={name}
          onChange={setName}
          maxLength={120}
          autoFocus
          error={name.trim() ? undefined : t("security.needPasskeyName")}
        />
        <div className="dialog-foot">
          <Button onPress={onClose}>{t("ui.cancel")}</Button>
          <Button type="submit" kind="primary" isPending={add.isPending}>
            {t("security.addPasskey")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
