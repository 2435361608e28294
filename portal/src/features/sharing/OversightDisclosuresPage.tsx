import { useQuery } from "@tanstack/react-query";
import { DoorOpen } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Button, Card, EmptyState, PageHead, showMoment, TextField } from "../../ui/index.ts";
import { AccountingSection } from "./AccountingSection.tsx";
import { Loading } from "./Loading.tsx";
import { partsText } from "./parts.ts";
import "./sharing.css";

/** Which consents to other organisations stand, and the accounting of one patient's disclosures. */
export function OversightDisclosuresPage(): ReactElement {
  const [patient, setPatient] = useState("");
  return (
    <div className="page">
      <PageHead title={t("disclosures.title")} lead={t("disclosures.officerLead")} />
      <InForce onOpen={setPatient} />
      <Finder patient={patient} onFind={setPatient} />
      {patient && <AccountingSection key={patient} patient={patient} />}
    </div>
  );
}

function InForce({ onOpen }: { onOpen: (patient: string) => void }): ReactElement {
  const shares = useQuery({
    queryKey: ["shares-in-force"],
    queryFn: () => answer(api.GET("/api/sharing/in-force")),
  });
  return (
    <Card title={t("sharing.inForce")} flush>
      <Loading query={shares}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState icon={DoorOpen} title={t("sharing.inForceNone")} />
          ) : (
            <ul className="sharing-lines">
              {data.map((one) => (
                <Standing key={one.id} share={one} onOpen={onOpen} />
              ))}
            </ul>
          )
        }
      </Loading>
    </Card>
  );
}

function Standing({
  share,
  onOpen,
}: {
  share: Schemas["ShareInForce"];
  onOpen: (patient: string) => void;
}): ReactElement {
  return (
    <li className="sharing-line">
      <span className="sharing-who">
        <strong>{t("sharing.reads", { organisation: share.organisation, person: share.person })}</strong>
        <span>{partsText(share.parts)}</span>
        <span className="muted small">{t("sharing.until", { moment: showMoment(share.ends) })}</span>
      </span>
      <Button onPress={() => onOpen(share.patient)}>{t("disclosures.account")}</Button>
    </li>
  );
}

function Finder({ patient, onFind }: { patient: string; onFind: (patient: string) => void }): ReactElement {
  const [text, setText] = useState(patient);
  function submit(event: FormEvent): void {
    event.preventDefault();
    onFind(text.trim());
  }
  return (
    <Card title={t("disclosures.ofOne")}>
      <form className="sharing-filter" onSubmit={submit}>
        <TextField
          label={t("disclosures.record")}
          hint={t("disclosures.recordHint")}
          value={text}
          onChange={setText}
          maxLength={64}
        />
        <Button type="submit" isDisabled={!text.trim()}>
          {t("disclosures.account")}
        </Button>
      </form>
    </Card>
  );
}
