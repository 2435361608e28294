import type { Encounter } from "fhir/r4";
import { Activity, ArrowRight, NotebookPen, Pill } from "lucide-react";
import type { ReactElement } from "react";
import { momentText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, ButtonLink, showTime } from "../../ui/index.ts";
import { currentVisit, roomOf, TONE, visitTitle } from "./state.ts";
import "./visit.css";

export interface VisitBarProps {
  readonly encounters: readonly Encounter[];
  /** The chart's address. */
  readonly base: string;
  /** The visit whose page is open, which needs no way to itself. */
  readonly openId: string;
  readonly mayWrite: boolean;
  readonly onNote: (encounterId: string) => void;
  readonly onVitals: (encounterId: string) => void;
  readonly onPrescribe?: (() => void) | undefined;
}

/** The visit under way, on every page of the chart: what one writes in it is one press away. */
export function VisitBar(props: VisitBarProps): ReactElement | null {
  const { encounters, base, openId, mayWrite, onNote, onVitals, onPrescribe } = props;
  const visit = currentVisit(encounters);
  if (!visit?.id) return null;
  const { id } = visit;
  return (
    <section className="visit-bar" aria-label={t("visit.bar")}>
      <Badge tone={TONE[visit.status]}>{t(`visit.state.${visit.status}`)}</Badge>
      <span className="strong visit-bar-title">{visitTitle(visit) || t("visit.noReason")}</span>
      <span className="muted">
        {[roomOf(visit), t("visit.since", { time: sinceText(visit) })].filter(Boolean).join(" · ")}
      </span>
      <div className="row visit-bar-tools">
        {mayWrite && (
          <>
            <Button size="small" icon={NotebookPen} onPress={() => onNote(id)}>
              {t("visit.note")}
            </Button>
            <Button size="small" icon={Activity} onPress={() => onVitals(id)}>
              {t("visit.vitals")}
            </Button>
            {onPrescribe && (
              <Button size="small" icon={Pill} onPress={onPrescribe}>
                {t("visit.prescribe")}
              </Button>
            )}
          </>
        )}
        {openId !== id && (
          <ButtonLink size="small" kind="primary" href={`${base}/visits/${id}`} icon={ArrowRight}>
            {t("visit.open")}
          </ButtonLink>
        )}
      </div>
    </section>
  );
}

function sinceText(visit: Encounter): string {
  const start = visit.period?.start ?? "";
  return Date.now() - Date.parse(start) < 12 * 3_600_000 ? showTime(start) : momentText(start);
}
