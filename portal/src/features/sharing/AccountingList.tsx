import type { ReactElement } from "react";
import type { Schemas } from "../../api/index.ts";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, Card, EmptyState } from "../../ui/index.ts";
import { listed } from "./parts.ts";
import "./sharing.css";

export type Disclosure = Schemas["DisclosureLine"];

interface ListProps {
  readonly lines: readonly Disclosure[];
  readonly onSuspend?: (line: Disclosure) => void;
}

/** What was given out: what the law asks for first, then what is shown besides. */
export function AccountingList({ lines, onSuspend }: ListProps): ReactElement {
  const asked = lines.filter((line) => !line.ground);
  const more = lines.filter((line) => line.ground);
  return (
    <>
      <Lines title={t("disclosures.asked")} lines={asked} {...(onSuspend && { onSuspend })} />
      {more.length > 0 && <Lines title={t("disclosures.more")} lines={more} />}
    </>
  );
}

function Lines({ title, lines, onSuspend }: ListProps & { readonly title: string }): ReactElement {
  return (
    <Card title={title} flush>
      {lines.length === 0 ? (
        <EmptyState title={t("disclosures.none")} />
      ) : (
        <ul className="sharing-lines">
          {lines.map((line) => (
            <li key={line.id || `${line.kind}${line.recipient}${line.purpose}`} className="sharing-line">
              <span className="sharing-when">{whenText(line)}</span>
              <span className="sharing-who">
                <strong>{recipientText(line)}</strong>
                {line.address && <span className="muted small">{line.address}</span>}
                <span>{whatText(line)}</span>
                <span className="muted small">
                  {[t("disclosures.purpose", { purpose: line.purpose }), line.statement].filter(Boolean).join(" · ")}
                </span>
                {line.suspended && (
                  <span>
                    <Badge tone="warning">{t("disclosures.suspended", { day: dayText(line.suspended) })}</Badge>
                  </span>
                )}
              </span>
              {onSuspend && SUSPENDABLE.has(line.purpose) && line.id && !line.suspended && (
                <Button onPress={() => onSuspend(line)}>{t("disclosures.suspend")}</Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Purposes whose disclosures an agency may ask to keep from the patient for a while (45 CFR 164.528(a)(2)). */
const SUSPENDABLE: ReadonlySet<string> = new Set(["oversight", "law-enforcement"]);

function whenText({ first, last, count }: Disclosure): string {
  const [from, to] = [dayText(first), dayText(last)];
  if (count === 1) return from;
  return from === to
    ? t("disclosures.sameDay", { day: from, count })
    : t("disclosures.times", { first: from, last: to, count });
}

const recipientText = (line: Disclosure): string =>
  line.kind === "export" || !line.recipient ? t("disclosures.kind", { kind: line.kind }) : line.recipient;

const whatText = ({ kind, description }: Disclosure): string =>
  kind === "entered" ? description : listed(description.split(" ").map((part) => t("sharing.part", { part })));
