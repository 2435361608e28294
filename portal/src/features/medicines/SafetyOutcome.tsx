import {
  type LucideIcon,
  OctagonAlert,
  PencilLine,
  ShieldCheck,
  ShieldEllipsis,
  ShieldOff,
  ShieldQuestionMark,
} from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { type Key, t } from "../../i18n/index.ts";
import { showMoment } from "../../ui/index.ts";
import type { SafetyCheck, Source } from "./api.ts";
import type { Standing } from "./outcome.ts";
import "./SafetyOutcome.css";

/** The looks: picture, word, sentence. Shape, border and pattern are in the style sheet; colour is the least of them. */
const LOOKS: Readonly<Record<Standing, { icon: LucideIcon; word: Key; text: Key }>> = {
  waiting: { icon: PencilLine, word: "medicines.checkWaiting", text: "medicines.checkWaitingText" },
  checking: { icon: ShieldEllipsis, word: "medicines.checkChecking", text: "medicines.checkCheckingText" },
  clear: { icon: ShieldCheck, word: "medicines.checkClear", text: "medicines.checkClearText" },
  alerts: { icon: OctagonAlert, word: "medicines.checkAlerts", text: "medicines.checkAlertsText" },
  incomplete: { icon: ShieldQuestionMark, word: "medicines.checkIncomplete", text: "medicines.checkIncompleteText" },
  unavailable: { icon: ShieldOff, word: "medicines.checkUnavailable", text: "medicines.checkUnavailableText" },
};

export interface SafetyOutcomeProps {
  readonly standing: Standing;
  readonly check: SafetyCheck | undefined;
  /** What can be done about it, and the alerts. */
  readonly children?: ReactNode;
  /** The server could not even be asked. */
  readonly isUnasked?: boolean;
}

/** The outcome of a check, with which source said what and when, and what was left open. */
export function SafetyOutcome({ standing, check, children, isUnasked = false }: SafetyOutcomeProps): ReactElement {
  const { icon: Icon, word, text } = LOOKS[standing];
  const isAnswer = standing !== "waiting" && standing !== "checking";
  const gaps = isAnswer ? (check?.gaps ?? []) : [];
  return (
    <section
      className="safety"
      data-standing={standing}
      data-quiet={check?.alerts.every((alert) => !alert.interruptive) || undefined}
      aria-label={t("medicines.check")}
    >
      <div className="safety-mark" aria-hidden="true">
        <Icon size={26} strokeWidth={2} />
      </div>
      <div className="safety-body">
        <div role="status">
          <p className="safety-word">{t(word)}</p>
          <p>{isUnasked ? t("medicines.checkFailed") : t(text, { count: check?.alerts.length ?? 0 })}</p>
        </div>
        {children}
        {gaps.length > 0 && (
          <div className="safety-gaps">
            <p className="strong">
              {t(standing === "alerts" ? "medicines.checkAlsoIncomplete" : "medicines.checkGaps")}
            </p>
            <ul>
              {gaps.map((gap) => (
                <li key={`${gap.kind} ${gap.text}`}>{gap.text}</li>
              ))}
            </ul>
          </div>
        )}
        {isAnswer && check && <Sources sources={check.sources} />}
      </div>
    </section>
  );
}

const STATES: Readonly<Record<string, Key>> = {
  answered: "medicines.sourceAnswered",
  failed: "medicines.sourceFailed",
  "not-asked": "medicines.sourceNotAsked",
  local: "medicines.sourceLocal",
};

function Sources({ sources }: { sources: readonly Source[] }): ReactElement | null {
  if (sources.length === 0) return null;
  return (
    <details className="safety-sources">
      <summary>{t("medicines.checkSources")}</summary>
      <ul>
        {sources.map((source) => (
          <li key={source.id} data-state={source.state}>
            <span className="strong">{source.name}</span> {told(source)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Why a source did not answer, in words for people who prescribe. */
const WHYS: Readonly<Record<string, Key>> = {
  timeout: "medicines.whyTimeout",
  unreachable: "medicines.whyUnreachable",
  refused: "medicines.whyRefused",
  error: "medicines.whyError",
  "bad-answer": "medicines.whyBadAnswer",
  key: "medicines.whyKey",
  "not-allowed": "medicines.whyNotAllowed",
  resting: "medicines.whyResting",
  "not-set-up": "medicines.whyNotSetUp",
  isolated: "medicines.whyIsolated",
};

/** `answered, version 2026.3, at 12-Mar-2026 09:05`. */
function told({ state, version, at, why }: Source): string {
  const parts = [
    t(STATES[state] ?? "medicines.sourceFailed"),
    why && t(WHYS[why] ?? "medicines.whyError"),
    version && t("medicines.sourceVersion", { version }),
    at && t("medicines.sourceAt", { time: showMoment(at) }),
  ];
  return parts.filter(Boolean).join(", ");
}

/** The outcome in a line of a list: the same picture, word and shape, small. */
export function SafetyBadge({ outcome, word: said }: { outcome: Standing; word?: string }): ReactElement {
  const { icon: Icon, word } = LOOKS[outcome];
  return (
    <span className="safety-badge" data-standing={outcome}>
      <Icon aria-hidden="true" size={14} />
      {said ?? t(word)}
    </span>
  );
}
