import { CircleAlert, CircleCheck, CircleDashed, LoaderCircle, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { type Finding, isDone, isUsable } from "./findings.ts";

const ICONS = { waits: CircleDashed, runs: LoaderCircle, ok: CircleCheck, weak: TriangleAlert, failed: CircleAlert };

/** Each step of the test, how it went, and what to do about it. */
export function DeviceSteps({ findings }: { findings: readonly Finding[] }): ReactElement {
  return (
    <>
      <ul className="test-steps">
        {findings.filter(isWorthSaying).map(({ step, state, why }) => {
          const Icon = ICONS[state];
          return (
            <li key={step} data-state={state} data-step={step}>
              <Icon aria-hidden="true" size={20} />
              <span>
                <span className="strong">{t(`tele.test.${step}`)}</span>: {t(`tele.test.${state}`)}
                {why && why !== "none" && <span className="test-why">{t(`tele.why.${why}`)}</span>}
              </span>
            </li>
          );
        })}
      </ul>
      <p role="status" className={isDone(findings) && isUsable(findings) ? "strong" : "visually-hidden"}>
        {isDone(findings) ? summary(findings) : ""}
      </p>
    </>
  );
}

/** Where the clinic has no relay there is nothing to test, and nothing to worry anybody with. */
const isWorthSaying = ({ why }: Finding): boolean => why !== "none";

/** What somebody who does not see the list is told when it is done. */
function summary(findings: readonly Finding[]): string {
  const bad = findings.filter(({ state }) => state === "failed");
  if (bad.length === 0) return t("tele.test.allWell");
  return bad.map(({ step }) => `${t(`tele.test.${step}`)}: ${t("tele.test.failed")}`).join(". ");
}
