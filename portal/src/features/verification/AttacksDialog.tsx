import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Dialog, ErrorState, Skeleton } from "../../ui/index.ts";
import { ResultBadge } from "./ResultBadge.tsx";
import { type AttackTried, type ThreatTried, useAttacks } from "./verification.ts";

/** The attacks on one threat; those that were not refused first, each with what was asked and answered. */
export function AttacksDialog({ threat, onClose }: { threat: ThreatTried; onClose: () => void }): ReactElement {
  const attacks = useAttacks(threat.id);
  return (
    <Dialog title={t("verification.of", { threat: threat.id })} isOpen onClose={onClose} place="end" size="large">
      <p className="muted">{threat.threat}</p>
      {attacks.data ? (
        <ul className="verification-attacks">
          {ordered(attacks.data).map((one) => (
            <Attack key={one.name} one={one} />
          ))}
        </ul>
      ) : attacks.isError ? (
        <ErrorState
          title={t("verification.loadFailed")}
          requestId={attacks.error instanceof Problem ? attacks.error.requestId : undefined}
          onRetry={() => attacks.refetch()}
        >
          {t("verification.loadFailedLead")}
        </ErrorState>
      ) : (
        <Skeleton lines={8} />
      )}
    </Dialog>
  );
}

function Attack({ one }: { one: AttackTried }): ReactElement {
  return (
    <li>
      <p className="row" data-gap="2">
        <ResultBadge result={one.result} />
        <span className="strong">{one.title}</span>
      </p>
      <p className="small muted">
        <code>{one.name}</code> {one.result !== "refused" && one.said}
      </p>
      {one.evidence.length > 0 && (
        <details>
          <summary className="small">{t("verification.exchanges", { count: one.evidence.length })}</summary>
          <ol className="verification-exchanges">
            {one.evidence.map((seen, no) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they never change, and may be alike
              <li key={no}>
                <pre>{`${seen.asked}\n${seen.answered}`}</pre>
                {seen.entry && <p className="small muted">{t("verification.entry", { entry: seen.entry })}</p>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

const ordered = (attacks: readonly AttackTried[]): readonly AttackTried[] => [
  ...attacks.filter((one) => one.result !== "refused"),
  ...attacks.filter((one) => one.result === "refused"),
];
