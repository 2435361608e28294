/** Signing in, one question at a time: password or passkey, second step, and its first setting up. */
import { type ReactElement, useState } from "react";
import { CodeStep } from "./CodeStep.tsx";
import { Enrolment } from "./Enrolment.tsx";
import { OwnPasswordStep } from "./OwnPasswordStep.tsx";
import { PasswordStep } from "./PasswordStep.tsx";
import { RecoveryStep } from "./RecoveryStep.tsx";
import type { Method, Stage } from "./stage.ts";

type Step = "password" | "renew" | "code" | "recovery" | "enrol";

const AFTER: Partial<Record<Stage["step"], Step>> = { "enrol-totp": "enrol", "new-password": "renew" };
const after = (stage: Stage): Step => AFTER[stage.step] ?? "code";

export interface SignInFlowProps {
  /** Fixed when somebody comes back to a locked page. */
  readonly email?: string;
  /** Where to go on: an invitation has dealt with the password. */
  readonly start?: Stage;
  readonly onDone: () => void;
  /** The first question is answered: from now on leaving the page loses something. */
  readonly onUnderWay?: () => void;
}

export function SignInFlow({ email: given, start, onDone, onUnderWay }: SignInFlowProps): ReactElement {
  const [email, setEmail] = useState(given ?? "");
  const [step, setStep] = useState<Step>(start ? after(start) : "password");
  const [methods, setMethods] = useState<readonly Method[]>(start?.methods ?? []);

  function go(stage: Stage): void {
    setMethods(stage.methods);
    onUnderWay?.();
    if (stage.step === "done") onDone();
    else setStep(after(stage));
  }

  if (step === "enrol") return <Enrolment onDone={onDone} />;
  if (step === "renew") return <OwnPasswordStep onStage={go} onRestart={() => setStep("password")} />;
  if (step === "code")
    return (
      <CodeStep
        methods={methods}
        onStage={go}
        onRecovery={() => setStep("recovery")}
        onRestart={() => setStep("password")}
      />
    );
  if (step === "recovery") return <RecoveryStep onStage={go} onBack={() => setStep("code")} />;
  return <PasswordStep email={email} isEmailFixed={given !== undefined} onEmail={setEmail} onStage={go} />;
}
