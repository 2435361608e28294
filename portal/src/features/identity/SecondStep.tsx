import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleDashed } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, Card, Confirm, Dialog, toast } from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { AppEnrolment } from "./Enrolment.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";

interface SecondStepProps {
  readonly security: Schemas["Security"];
  readonly onChange: () => void;
}

/** The authenticator app and its recovery codes. */
export function SecondStep({ security, onChange }: SecondStepProps): ReactElement {
  const mayRemove = !security.staff || security.passkeys.length > 0;
  const [enrolling, setEnrolling] = useState(false);
  const [asking, setAsking] = useState<"remove" | "renew" | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const fail = (error: Error): void => toast({ tone: "danger", text: complaint(error, "identity.failed") });
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE("/api/account/totp")),
    onSuccess: () => toast({ text: t("security.appRemoved") }),
    onError: fail,
    onSettled: () => finish(),
  });
  const renew = useMutation({
    mutationFn: () => answer(api.POST("/api/account/recovery-codes")),
    onSuccess: ({ recoveryCodes }) => setCodes(recoveryCodes),
    onError: fail,
    onSettled: () => finish(),
  });

  function finish(): void {
    setAsking(null);
    onChange();
  }

  function enrolled(): void {
    setEnrolling(false);
    toast({ text: t("security.appReady") });
    onChange();
  }

  return (
    <Card title={t("security.secondStep")}>
      <div className="security-lines">
        <div className="security-line">
          <div className="grow">
            <h3>{t("security.app")}</h3>
            {security.totp ? (
              <>
                <Badge tone="success" icon={CircleCheck}>
                  {t("security.appOn")}
                </Badge>
                <p className="muted small">{t(mayRemove ? "security.replaceAppLead" : "security.lostAppLead")}</p>
              </>
            ) : (
              <p className="muted">{t("security.appOffLead")}</p>
            )}
          </div>
          {!security.totp && (
            <Button size="small" kind="primary" onPress={() => setEnrolling(true)}>
              {t("security.setUpApp")}
            </Button>
          )}
          {security.totp && mayRemove && (
            <Button size="small" kind="quiet" onPress={() => setAsking("remove")}>
              {t("security.removeApp")}
            </Button>
          )}
        </div>
        {security.totp && (
          <div className="security-line">
            <div className="grow">
              <h3>{t("security.codes")}</h3>
              <CodesLeft count={security.recoveryCodesLeft} />
            </div>
            <Button size="small" onPress={() => setAsking("renew")}>
              {t("security.renewCodes")}
            </Button>
          </div>
        )}
      </div>

      <Dialog title={t("identity.enrolApp")} isOpen={enrolling} onClose={() => setEnrolling(false)} role="alertdialog">
        <AppEnrolment onDone={enrolled} />
      </Dialog>
      <Dialog title={t("security.codes")} isOpen={codes !== null} onClose={() => setCodes(null)} role="alertdialog">
        <RecoveryCodes codes={codes ?? []} onDone={() => setCodes(null)} />
      </Dialog>
      <Confirm
        title={t("security.removeAppTitle")}
        action={t("security.removeApp")}
        isOpen={asking === "remove"}
        isPending={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(null)}
      >
        {t("security.removeAppLead")}
      </Confirm>
      <Confirm
        title={t("security.renewCodesTitle")}
        action={t("security.renewCodes")}
        isOpen={asking === "renew"}
        isPending={renew.isPending}
        onConfirm={() => renew.mutate()}
        onClose={() => setAsking(null)}
      >
        {t("security.renewCodesLead")}
      </Confirm>
    </Card>
  );
}

const FEW = 3;

function CodesLeft({ count }: { count: number }): ReactElement {
  if (count >= FEW) return <p className="muted">{t("security.codesLeft", { count })}</p>;
  return (
    <Badge tone="warning" icon={CircleDashed}>
      {count === 0 ? t("security.codesNone") : t("security.codesLeft", { count })}
    </Badge>
  );
}
