import { useMutation } from "@tanstack/react-query";
import { LockKeyhole } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { hasDrafts, type SessionFacts, useEdition, useSignOut } from "../../session/index.ts";
import { Avatar, Banner, Button, CodeInput, PasswordField } from "../../ui/index.ts";
import { complaint, sitOut } from "./complaint.ts";
import { SignInFlow } from "./SignInFlow.tsx";
import "./identity.css";

interface LockScreenProps {
  readonly session: SessionFacts;
  /** Signed out elsewhere: the session has ended, and no single proof brings it back. */
  readonly isSignedOut: boolean;
  readonly onUnlock: () => void;
}

/** Over the blurred page: sign in again in place. When the session itself has ended, one goes through all the steps. */
export function LockScreen({ session, isSignedOut, onUnlock }: LockScreenProps): ReactElement {
  const { name, email } = session.account;
  const [chosen, setWhole] = useState(() => Date.now() >= session.endsAt);
  const whole = chosen || isSignedOut;
  const signOut = useSignOut();
  return (
    <ModalOverlay className="overlay lock-layer" isOpen isKeyboardDismissDisabled>
      <Modal className="dialog-box lock-box">
        <AriaDialog className="dialog" role="alertdialog">
          <div className="lock-head">
            <LockKeyhole aria-hidden="true" size={22} />
            <Heading slot="title" level={2}>
              {t(isSignedOut ? "identity.signedOutTitle" : "identity.lockedTitle")}
            </Heading>
            <p className="muted">{t(isSignedOut ? "identity.signedOutLead" : "identity.lockedLead")}</p>
          </div>
          <p className="lock-person">
            <Avatar name={name} />
            <span>
              <span className="strong">{name}</span>
              <span className="lock-email">{email}</span>
            </span>
          </p>
          {whole ? (
            <SignInFlow email={email} onDone={onUnlock} />
          ) : (
            <Unlock onUnlock={onUnlock} onOtherWay={() => setWhole(true)} />
          )}
          <div className="lock-foot">
            <Button kind="quiet" size="small" isPending={signOut.isPending} onPress={() => signOut.mutate()}>
              {t("identity.notYou", { name })}
            </Button>
            {hasDrafts() && <p className="small muted">{t("identity.notYouDrafts", { name })}</p>}
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** One proof is enough while the session lives: the password, or a code. */
function Unlock({ onUnlock, onOtherWay }: { onUnlock: () => void; onOtherWay: () => void }): ReactElement {
  const codeUnlocks = useEdition().data?.codeUnlocks ?? false;
  const [way, setWay] = useState<"password" | "code">("password");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const unlock = useMutation({
    ...sitOut,
    mutationFn: (proof: { password: string } | { code: string }) =>
      answer(api.POST("/api/session/reauthenticate", { body: proof })),
    onSuccess: onUnlock,
    onError: () => setCode(""),
  });
  const failure = unlock.isError ? complaint(unlock.error, "identity.unlockRefused") : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (way === "password" && password) unlock.mutate({ password });
    if (way === "code" && code.length === 6) unlock.mutate({ code });
  }

  return (
    <form className="stack" onSubmit={submit}>
      {failure && way === "password" && (
        <Banner tone="danger" role="alert">
          {failure}
        </Banner>
      )}
      {way === "password" ? (
        <PasswordField
          label={t("identity.password")}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          autoFocus
        />
      ) : (
        <CodeInput
          label={t("identity.totpCode")}
          value={code}
          onChange={setCode}
          onComplete={(whole) => unlock.mutate({ code: whole })}
          error={code === "" ? failure : undefined}
          autoFocus
        />
      )}
      <Button type="submit" kind="primary" size="large" wide isPending={unlock.isPending}>
        {t("identity.unlock")}
      </Button>
      <div className="identity-ways">
        {codeUnlocks && (
          <Button kind="quiet" size="small" onPress={() => setWay(way === "password" ? "code" : "password")}>
            {t(way === "password" ? "identity.unlockCode" : "identity.unlockPassword")}
          </Button>
        )}
        <Button kind="quiet" size="small" onPress={onOtherWay}>
          {t("identity.unlockOther")}
        </Button>
      </div>
    </form>
  );
}
