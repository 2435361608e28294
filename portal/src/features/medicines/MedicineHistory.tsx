import { type ReactElement, useState } from "react";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Skeleton } from "../../ui/index.ts";
import { useHistory } from "./api.ts";

/** What happened to a prescription, newest first; asked for when somebody wants to know. */
export function MedicineHistory({ prescription, label }: { prescription: string; label: string }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const { data, isPending, isError } = useHistory(prescription, isOpen);
  return (
    <details className="medicine-history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {isOpen && isPending && <Skeleton lines={2} />}
      {isError && <p role="alert">{t("medicines.historyFailed")}</p>}
      {data && (
        <ol>
          {data.map((event) => (
            <li key={`${event.at} ${event.kind}`}>
              <span className="muted nowrap">{momentText(event.at)}</span>{" "}
              <span className="strong">{t("medicines.historyKind", { kind: event.kind })}</span>{" "}
              {[event.quantity, event.text].filter(Boolean).join(", ")}
            </li>
          ))}
          {data.length === 0 && <li>{t("medicines.historyNone")}</li>}
        </ol>
      )}
    </details>
  );
}
