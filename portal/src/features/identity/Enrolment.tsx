import { useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound, Smartphone } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useEdition } from "../../session/index.ts";
import { Banner, Button, CodeInput, CopyButton, ErrorState, Skeleton, Stepper } from "../../ui/index.ts";
import { complaint } from "./complaint.ts";
import { thisDevice } from "./devices.ts";
import { addPasskey, PasskeyStopped, useMayPasskey } from "./passkeys.ts";
import { QrCode } from "./QrCode.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { StepTitle } from "./StepTitle.tsx";

/** Setting up the second step, at the first sign-in: an app with recovery codes, or a passkey. */
export function Enrolment({ onDone }: { onDone: () => void }): ReactElement {
  const product = useEdition().data?.title ?? "";
  const mayPasskey = useMayPasskey();
  const [chosen, setChosen] = useState(false);
  const passkey = useMutation({ mutationFn: () => addPasskey(thisDevice()), onSuccess: onDone });
  if (chosen || !mayPasskey) return <AppEnrolment onDone={onDone} />;
  return (
    <div className="stack">
      <StepTitle title={t("identity.enrolTitle")} lead={t("identity.enrolLead", { product })} />
      {passkey.isError && (
        <Banner tone="danger" role="alert">
          {passkey.error instanceof PasskeyStopped
            ? t("identity.passkeyStopped")
            : complaint(passkey.error, "identity.failed")}
        </Banner>
      )}
      <Way
        icon={<Smartphone aria-hidden="true" size={22} />}
        title={t("identity.enrolApp")}
        hint={t("identity.enrolAppHint")}
      >
        <Button kind="primary" onPress={() => setChosen(true)}>
          {t("identity.chooseApp")}
        </Button>
      </Way>
      <Way
        icon={<KeyRound aria-hidden="true" size={22} />}
        title={t("identity.enrolPasskey")}
        hint={t("identity.enrolPasskeyHint")}
      >
        <Button onPress={() => passkey.mutate()} isPending={passkey.isPending}>
          {t("identity.choosePasskey")}
        </Button>
      </Way>
    </div>
  );
}

interface WayProps {
  readonly icon: ReactElement;
  readonly title: string;
  readonly hint: string;
  readonly children: ReactElement;
}

function Way({ icon, title, hint, children }: WayProps): ReactElement {
  return (
    <section className="identity-way">
      {icon}
      <div className="grow">
        <h2>{title}</h2>
        <p className="muted small">{hint}</p>
      </div>
      {children}
    </section>
  );
}

/** The app: scan, confirm, save the codes. */
export function AppEnrolment({ onDone }: { onDone: () => void }): ReactElement {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes)
    return (
      <div className="stack">
        <Stepper step={2} count={2} label={t("identity.codesTitle")} />
        <RecoveryCodes codes={codes} onDone={onDone} />
      </div>
    );
  return (
    <div className="stack">
      <Stepper step={1} count={2} label={t("identity.enrolApp")} />
      <Scan onCodes={setCodes} />
    </div>
  );
}

function Scan({ onCodes }: { onCodes: (codes: readonly string[]) => void }): ReactElement {
  const seed = useQuery({
    queryKey: ["totp-seed"],
    queryFn: () => answer(api.POST("/api/account/totp")),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (seed.isError)
    return <ErrorState title={complaint(seed.error, "identity.failed")} onRetry={() => seed.refetch()} />;
  return (
    <div className="stack">
      <StepTitle title={t("identity.scan")} />
      {seed.data ? (
        <>
          <QrCode svg={seed.data.qrSvg} label={t("identity.scanAlt")} />
          <div>
            <p className="small muted">{t("identity.cannotScan")}</p>
            <p className="row">
              <code className="identity-secret">{seed.data.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
              <CopyButton text={seed.data.secret} label={t("identity.copyKey")} />
            </p>
          </div>
          <Confirm onCodes={onCodes} />
        </>
      ) : (
        <Skeleton lines={5} />
      )}
    </div>
  );
}

function Confirm({ onCodes }: { onCodes: (codes: readonly string[]) => void }): ReactElement {
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: (written: string) => answer(api.POST("/api/account/totp/confirm", { body: { code: written } })),
    onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes),
    onError: () => setCode(""),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (code.length === 6) confirm.mutate(code);
  }

  return (
    <form className="stack" onSubmit={submit}>
      <CodeInput
        label={t("identity.confirmCode")}
        value={code}
        onChange={setCode}
        onComplete={(whole) => confirm.mutate(whole)}
        error={confirm.isError && code === "" ? complaint(confirm.error, "identity.codeRefused") : undefined}
      />
      <Button type="submit" kind="primary" size="large" wide isPending={confirm.isPending}>
        {t("identity.confirm")}
      </Button>
    </form>
  );
}
