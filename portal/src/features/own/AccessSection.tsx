import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, UserPlus, UsersRound } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Button, Card, Dialog, EmptyState, TextField, toast } from "../../ui/index.ts";
import { Loading } from "./Loading.tsx";
import { PersonLine } from "./PersonLine.tsx";
import { TrustDialog } from "./TrustDialog.tsx";
import { familyKey } from "./trust.ts";
import "./own.css";

interface AccessProps {
  readonly patient: string;
  readonly name: string;
  readonly email: string;
}

/** Who can sign in to a patient's record: the patient, and whom they trust. For the front desk. */
export function AccessSection({ patient, name, email }: AccessProps): ReactElement {
  const [asking, setAsking] = useState<"patient" | "family" | null>(null);
  const people = useQuery({
    queryKey: familyKey(patient),
    queryFn: () => answer(api.GET("/api/family", { params: { query: { patient } } })),
  });
  const close = (): void => setAsking(null);
  const actions = (
    <div className="row">
      <Button size="small" icon={KeyRound} onPress={() => setAsking("patient")}>
        {t("access.invite")}
      </Button>
      <Button size="small" icon={UserPlus} onPress={() => setAsking("family")}>
        {t("access.inviteFamily")}
      </Button>
    </div>
  );
  return (
    <Card title={t("access.title")} actions={actions} flush>
      <Loading query={people}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState icon={UsersRound} title={t("access.none")}>
              {t("access.noneHint")}
            </EmptyState>
          ) : (
            <ul className="own-lines">
              {data.map((one) => (
                <PersonLine key={one.membership} patient={patient} person={one} />
              ))}
            </ul>
          )
        }
      </Loading>
      <Dialog title={t("access.invite")} isOpen={asking === "patient"} onClose={close}>
        <InviteForm patient={patient} name={name} email={email} onClose={close} />
      </Dialog>
      <TrustDialog patient={patient} isOpen={asking === "family"} onClose={close} />
    </Card>
  );
}

function InviteForm({ patient, name, email, onClose }: AccessProps & { onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const [address, setAddress] = useState(email);
  const [tried, setTried] = useState(false);
  const isBad = !/^\S+@\S+\.\S+$/.test(address.trim());
  const invite = useMutation({
    mutationFn: () => answer(api.POST("/api/family/patient", { body: { patient, name, email: address.trim() } })),
    onSuccess: () => {
      toast({ text: t("family.sent", { name }) });
      onClose();
    },
    onError: () => toast({ tone: "danger", text: t("access.failed") }),
    onSettled: () => client.invalidateQueries({ queryKey: familyKey(patient) }),
  });
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!isBad) invite.mutate();
      }}
    >
      <p>{t("access.inviteLead", { name })}</p>
      <TextField
        type="email"
        label={t("family.email")}
        value={address}
        onChange={setAddress}
        maxLength={254}
        error={tried && isBad ? t("family.needEmail") : undefined}
      />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={invite.isPending}>
          {t("family.send")}
        </Button>
      </div>
    </form>
  );
}
