import type { ReactElement } from "react";
import { type Key, t } from "../../i18n/index.ts";
import type { Alert, Coded, SafetyCheck, Severity } from "./api.ts";
import { interruptive, NO_REASON, type Reason } from "./draft.ts";
import { ReasonFields } from "./ReasonFields.tsx";
import { listed } from "./words.ts";

const SEVERITIES: Readonly<Record<Severity, Key>> = {
  contraindicated: "medicines.severityContraindicated",
  major: "medicines.severityMajor",
  moderate: "medicines.severityModerate",
  minor: "medicines.severityMinor",
};

const RANK: readonly Severity[] = ["contraindicated", "major", "moderate", "minor"];

/** Worst first; what has a severity nobody knows comes with the worst. */
const worstFirst = (alerts: readonly Alert[]): Alert[] =>
  [...alerts].sort((a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity));

export interface AlertsProps {
  readonly check: SafetyCheck;
  readonly overrides: Readonly<Record<string, Reason>>;
  readonly reasons: readonly Coded[];
  readonly onOverride: (key: string, reason: Reason) => void;
  readonly isTried: boolean;
}

/** What was found: what interrupts with the reason it asks for, the rest quietly below. */
export function Alerts({ check, overrides, reasons, onOverride, isTried }: AlertsProps): ReactElement {
  const must = worstFirst(interruptive(check));
  const rest = worstFirst(check.alerts.filter((alert) => !alert.interruptive));
  return (
    <>
      {must.length > 0 && (
        <div>
          <p className="strong">{t("medicines.alertsMust")}</p>
          {must.map((alert) => (
            <div key={alert.key} className="alert-line">
              <AlertText alert={alert} sources={check.sources} />
              <ReasonFields
                id={`prescribe-override-${alert.key}`}
                label={t("medicines.overrideReason")}
                reasons={reasons}
                value={overrides[alert.key] ?? NO_REASON}
                onChange={(reason) => onOverride(alert.key, reason)}
                {...(isTried && { error: t("medicines.mistakeOverride", { alert: alert.title }) })}
              />
            </div>
          ))}
        </div>
      )}
      {rest.length > 0 && (
        <details className="alerts-more" open={must.length === 0}>
          <summary>{t("medicines.alertsMore", { count: rest.length })}</summary>
          {rest.map((alert) => (
            <div key={alert.key} className="alert-line">
              <AlertText alert={alert} sources={check.sources} />
            </div>
          ))}
        </details>
      )}
    </>
  );
}

function AlertText({ alert, sources }: { alert: Alert; sources: SafetyCheck["sources"] }): ReactElement {
  return (
    <div>
      <p className="alert-line-head">
        <span className="alert-severity" data-severity={alert.severity}>
          {t(SEVERITIES[alert.severity] ?? "medicines.severityMajor")}
        </span>
        <span className="strong">{alert.title}</span>
      </p>
      <p>{alert.text}</p>
      <p className="muted small">
        {[
          alert.with.length > 0 && t("medicines.alertWith", { list: listed(alert.with) }),
          t("medicines.alertFrom", { source: sources.find(({ id }) => id === alert.source)?.name ?? alert.source }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </div>
  );
}
