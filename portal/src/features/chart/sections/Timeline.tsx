import { Activity, FileText, HeartPulse, History, type LucideIcon, Pill, Stethoscope, Syringe } from "lucide-react";
import { type ReactElement, useState } from "react";
import { momentText } from "../../../fhir/moments.ts";
import { t } from "../../../i18n/index.ts";
import { Button, Card, EmptyState } from "../../../ui/index.ts";
import { byYear, type Happening, happenings, type Kind } from "../timeline.ts";
import type { Chart } from "../useChart.ts";
import "./Timeline.css";

const LOOK: Record<Kind, { icon: LucideIcon; word: Parameters<typeof t>[0] }> = {
  visit: { icon: Stethoscope, word: "chart.kindVisit" },
  problem: { icon: HeartPulse, word: "chart.kindProblem" },
  medicine: { icon: Pill, word: "chart.kindMedicine" },
  immunization: { icon: Syringe, word: "chart.kindImmunization" },
  procedure: { icon: Activity, word: "chart.kindProcedure" },
  document: { icon: FileText, word: "chart.kindDocument" },
};

const SHOWN = 100;

/** What happened, year by year, newest first; a hundred things at a time. */
export function Timeline({ chart }: { chart: Chart }): ReactElement {
  const [pages, setPages] = useState(1);
  const all = happenings(chart);
  const years = byYear(all.slice(0, pages * SHOWN));
  const rest = all.length - pages * SHOWN;
  if (years.length === 0)
    return (
      <Card>
        <EmptyState icon={History} title={t("chart.noTimeline")}>
          {t("chart.emptyHint")}
        </EmptyState>
      </Card>
    );
  return (
    <>
      {years.map(([year, inYear]) => (
        <Card key={year} title={year} note={t("chart.count", { count: inYear.length })}>
          <ol className="timeline">
            {inYear.map((one) => (
              <Moment key={one.key} happening={one} />
            ))}
          </ol>
        </Card>
      ))}
      {rest > 0 && (
        <div className="row">
          <Button onPress={() => setPages(pages + 1)}>
            {t("ui.showMore", { count: Math.min(rest, SHOWN), rest })}
          </Button>
        </div>
      )}
    </>
  );
}

function Moment({ happening }: { happening: Happening }): ReactElement {
  const { icon: Icon, word } = LOOK[happening.kind];
  return (
    <li className="moment" data-kind={happening.kind}>
      <Icon aria-hidden="true" size={16} />
      <time className="muted nowrap" dateTime={happening.when}>
        {momentText(happening.when)}
      </time>
      <div>
        <span className="muted small">{t(word)}</span>
        <p className="strong">{happening.title}</p>
        {happening.detail && <p className="muted">{happening.detail}</p>}
      </div>
    </li>
  );
}
