import { Siren } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { useNavigate } from "react-router";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button, CodeInput, DateField, PasswordField, RadioGroup, Select, TextField } from "../../ui/index.ts";
import { type Order, REASONS, type Reason, useBegin } from "./api.ts";

type Way = "number" | "name";

interface Whose {
  readonly number: string;
  readonly family: string;
  readonly given: string;
  readonly birthDate: string | null;
}

const NOBODY: Whose = { number: "", family: "", given: "", birthDate: null };

/** Asks for emergency access: to the patient whose chart is open, or to one who is named exactly. */
export function EmergencyForm({ patient, onOpened }: { patient?: string; onOpened?: () => void }): ReactElement {
  const navigate = useNavigate();
  const begin = useBegin((opened) => {
    onOpened?.();
    void navigate(`/patients/${opened}`);
  });
  const [way, setWay] = useState<Way>("number");
  const [whose, setWhose] = useState(NOBODY);
  const [reason, setReason] = useState<Reason | null>(null);
  const [explanation, setExplanation] = useState("");
  const [isTried, setTried] = useState(false);
  const proof = useProof();
  const named = patient ? { patient } : meant(way, whose);
  const isExplained = explanation.trim().length >= 10;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (!reason || !isExplained || !named || !proof.given) return;
    begin.mutate({ reason, explanation: explanation.trim(), ...named, ...proof.given }, { onError: proof.clear });
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Banner tone="warning">{t("emergency.warning")}</Banner>
      {begin.isError && (
        <Banner tone="danger" role="alert">
          {refusal(begin.error)}
        </Banner>
      )}
      {!patient && (
        <WhoseFields way={way} onWay={setWay} value={whose} onChange={setWhose} isWrong={isTried && !named} />
      )}
      <Select<Reason>
        label={t("emergency.reason")}
        options={REASONS.map((one) => ({ value: one, label: t("emergency.reasonOf", { reason: one }) }))}
        value={reason}
        onChange={setReason}
        error={isTried && !reason ? t("emergency.reasonMissing") : undefined}
      />
      <TextField
        label={t("emergency.explanation")}
        hint={t("emergency.explanationHint")}
        rows={3}
        maxLength={2000}
        value={explanation}
        onChange={setExplanation}
        error={isTried && !isExplained ? t("emergency.explanationMissing") : undefined}
      />
      {proof.field(isTried && !proof.given)}
      <Button type="submit" kind="danger" icon={Siren} isPending={begin.isPending}>
        {t("emergency.begin")}
      </Button>
    </form>
  );
}

interface WhoseProps {
  readonly way: Way;
  readonly onWay: (way: Way) => void;
  readonly value: Whose;
  readonly onChange: (value: Whose) => void;
  readonly isWrong: boolean;
}

function WhoseFields({ way, onWay, value, onChange, isWrong }: WhoseProps): ReactElement {
  const error = isWrong ? t("emergency.whoseMissing") : undefined;
  return (
    <>
      <RadioGroup<Way>
        label={t("emergency.whose")}
        value={way}
        onChange={onWay}
        options={[
          { value: "number", label: t("emergency.byNumber") },
          { value: "name", label: t("emergency.byName") },
        ]}
      />
      {way === "number" ? (
        <TextField
          label={t("emergency.number")}
          hint={t("emergency.exactly")}
          value={value.number}
          onChange={(number) => onChange({ ...value, number })}
          maxLength={64}
          autoComplete="off"
          error={error}
        />
      ) : (
        <>
          <TextField
            label={t("emergency.family")}
            hint={t("emergency.exactly")}
            value={value.family}
            onChange={(family) => onChange({ ...value, family })}
            maxLength={100}
            autoComplete="off"
            error={error}
          />
          <TextField
            label={t("emergency.given")}
            value={value.given}
            onChange={(given) => onChange({ ...value, given })}
            maxLength={100}
            autoComplete="off"
          />
          <DateField
            label={t("emergency.birthDate")}
            value={value.birthDate}
            onChange={(birthDate) => onChange({ ...value, birthDate })}
          />
        </>
      )}
    </>
  );
}

/** Whose record is meant; undefined while that is not said whole. */
function meant(way: Way, { number, family, given, birthDate }: Whose): Partial<Order> | undefined {
  if (way === "number") return number.trim() ? { number: number.trim() } : undefined;
  if (!family.trim() || !given.trim() || !birthDate) return undefined;
  return { family: family.trim(), given: given.trim(), birthDate };
}

/** A code of the app; a password of those who have none. */
function useProof() {
  const [isPassword, setPassword] = useState(false);
  const [code, setCode] = useState("");
  const [password, setWord] = useState("");
  const given = isPassword ? (password ? { password } : undefined) : code.length === 6 ? { code } : undefined;
  const field = (isMissing: boolean): ReactElement => (
    <>
      {isPassword ? (
        <PasswordField
          label={t("identity.password")}
          autoComplete="current-password"
          value={password}
          onChange={setWord}
          error={isMissing ? t("emergency.proofMissing") : undefined}
        />
      ) : (
        <CodeInput
          label={t("identity.totpCode")}
          value={code}
          onChange={setCode}
          error={isMissing ? t("emergency.proofMissing") : undefined}
        />
      )}
      <Button kind="quiet" size="small" onPress={() => setPassword(!isPassword)}>
        {t(isPassword ? "emergency.byCode" : "emergency.byPassword")}
      </Button>
    </>
  );
  return { given, field, clear: () => setCode("") };
}

function refusal(error: Error): string {
  if (!(error instanceof Problem)) return t("emergency.failed");
  if (error.status === 404) return t("emergency.notFound");
  if (error.status === 429) return t("emergency.tooOften");
  if (error.status === 422 && error.places.code) return t("emergency.codeNeeded");
  if (error.status === 422 && error.places.proof) return t("emergency.proofWrong");
  return error.detail || t("emergency.failed");
}
