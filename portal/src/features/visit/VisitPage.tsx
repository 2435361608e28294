import { useQueryClient } from "@tanstack/react-query";
import type { Encounter, Observation } from "fhir/r4";
import { Activity, ArrowLeft, FileDown, FlaskConical, HeartPulse, NotebookPen, Scissors, Syringe } from "lucide-react";
import type { ReactElement } from "react";
import { FhirFault } from "../../fhir/fault.ts";
import { valueText, whenOf } from "../../fhir/findings.ts";
import { momentText } from "../../fhir/moments.ts";
import { conceptText, idOf } from "../../fhir/words.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, ButtonLink, Card, EmptyState, ErrorState, Skeleton } from "../../ui/index.ts";
import { summaryHref } from "./api.ts";
import { Finish } from "./Finish.tsx";
import { NoteCard } from "./NoteCard.tsx";
import { StartVisit } from "./StartVisit.tsx";
import { isUnderWay, roomOf, seenBy, TONE, visitTitle } from "./state.ts";
import { useVisit, type Visit, visitKey } from "./useVisit.ts";
import "./visit.css";

export interface VisitPageProps {
  readonly patientId: string;
  readonly encounterId: string;
  /** Where the list of visits is. */
  readonly back: string;
  readonly mayWrite: boolean;
  /** Whether anybody ever asked about allergies. */
  readonly allergiesAsked: boolean;
  /** Opens a tool beside the chart, about this visit. */
  readonly onOpen: (tool: string, subject: string) => void;
  /** Whether tests can be ordered from here. */
  readonly mayOrder: boolean;
  readonly onSaved: () => void;
}

/** A visit at work: what was recorded in it, what can be, and what is left before it ends. */
export function VisitPage(props: VisitPageProps): ReactElement {
  const { patientId, encounterId, back } = props;
  const { data, error, isPending, refetch } = useVisit(encounterId);
  if (isPending)
    return (
      <Card>
        <Skeleton lines={8} />
      </Card>
    );
  const isOurs = data && idOf(data.encounter.subject, "Patient") === patientId;
  if (!isOurs) {
    const fault = error instanceof FhirFault ? error : undefined;
    const isMissing = data !== undefined || (fault && [403, 404, 410].includes(fault.status));
    return (
      <ErrorState
        title={t(isMissing ? "visit.notFound" : "visit.failed")}
        requestId={fault?.requestId}
        {...(!isMissing && { onRetry: () => void refetch() })}
        actions={<ButtonLink href={back}>{t("visit.back")}</ButtonLink>}
      >
        {t(isMissing ? "visit.notFoundHint" : "visit.failedHint")}
      </ErrorState>
    );
  }
  return <Opened visit={data} {...props} />;
}

function Opened({ visit, ...props }: VisitPageProps & { readonly visit: Visit }): ReactElement {
  const { encounterId, back, mayWrite, allergiesAsked, mayOrder, onOpen, onSaved } = props;
  const client = useQueryClient();
  const { encounter } = visit;
  const isOpen = isUnderWay(encounter);
  const subject = `Encounter/${encounterId}`;
  const hasDraft = visit.drafts.includes(`note:${subject}`);
  const written = visit.notes.filter((one) => one.state !== "entered-in-error");

  async function saved(): Promise<void> {
    await client.invalidateQueries({ queryKey: visitKey(encounterId) });
    onSaved();
  }

  return (
    <>
      <div className="row">
        <ButtonLink kind="quiet" size="small" href={back} icon={ArrowLeft}>
          {t("visit.back")}
        </ButtonLink>
      </div>
      <Card
        level={3}
        title={visitTitle(encounter) || t("visit.visit")}
        actions={
          <>
            <Badge tone={TONE[encounter.status]}>{t(`visit.state.${encounter.status}`)}</Badge>
            <ButtonLink size="small" icon={FileDown} href={summaryHref(encounterId)} target="_blank" rel="noopener">
              {t("visit.summary")}
            </ButtonLink>
          </>
        }
      >
        <p className="muted">{factsOf(encounter)}</p>
        {mayWrite && (
          <section className="row visit-tools" aria-label={t("visit.tools")}>
            {encounter.status !== "in-progress" && isOpen && (
              <StartVisit encounter={encounter} onStarted={() => void saved()} />
            )}
            <Button icon={NotebookPen} onPress={() => onOpen("note", subject)}>
              {t(hasDraft ? "visit.goOnNote" : "visit.writeNote")}
            </Button>
            <Button icon={Activity} onPress={() => onOpen("vitals", subject)}>
              {t("visit.takeVitals")}
            </Button>
            <Button icon={HeartPulse} onPress={() => onOpen("problem", subject)}>
              {t("visit.addProblem")}
            </Button>
            <Button icon={Syringe} onPress={() => onOpen("immunization", subject)}>
              {t("visit.addImmunization")}
            </Button>
            <Button icon={Scissors} onPress={() => onOpen("procedure", subject)}>
              {t("visit.addProcedure")}
            </Button>
            {mayOrder && (
              <Button icon={FlaskConical} onPress={() => onOpen("order", subject)}>
                {t("visit.order")}
              </Button>
            )}
          </section>
        )}
      </Card>
      <section className="visit-notes" aria-label={t("visit.notes")}>
        {hasDraft && (
          <Card level={3} title={t("visit.draft")} note={t("visit.draftHint")}>
            <Button size="small" icon={NotebookPen} onPress={() => onOpen("note", subject)}>
              {t("visit.goOnNote")}
            </Button>
          </Card>
        )}
        {written.map((one) => (
          <NoteCard
            key={one.id}
            note={one}
            onAddendum={mayWrite ? (id) => onOpen("addendum", id) : undefined}
            onSaved={() => void saved()}
          />
        ))}
        {written.length === 0 && !hasDraft && (
          <Card>
            <EmptyState icon={NotebookPen} title={t("visit.noNote")}>
              {mayWrite && t("visit.noNoteHint")}
            </EmptyState>
          </Card>
        )}
      </section>
      <Recorded visit={visit} />
      {mayWrite && isOpen && (
        <Finish
          encounterId={encounterId}
          unsigned={written.filter((one) => one.state === "preliminary").length}
          hasDraft={hasDraft}
          hasNote={written.length > 0 || hasDraft}
          hasVitals={visit.observations.some(isVital)}
          allergiesAsked={allergiesAsked}
          onOpen={onOpen}
          onFinished={() => void saved()}
        />
      )}
    </>
  );
}

const factsOf = (encounter: Encounter): string =>
  [momentText(encounter.period?.start), seenBy(encounter), roomOf(encounter)].filter(Boolean).join(" · ");

const isVital = (it: Observation): boolean =>
  (it.category ?? []).some((one) => one.coding?.some((coding) => coding.code === "vital-signs"));

/** What was measured, done and ordered, a line each. */
function Recorded({ visit }: { visit: Visit }): ReactElement | null {
  const measured = visit.observations
    .filter((one) => one.status !== "entered-in-error")
    .map((one) => ({
      key: `o${one.id}`,
      name: conceptText(one.code),
      value: valueText(one),
      when: whenOf(one),
    }));
  const done = visit.procedures.map((one) => ({
    key: `p${one.id}`,
    name: t("visit.procedure"),
    value: conceptText(one.code),
    when: one.performedDateTime,
  }));
  const ordered = visit.orders.map((one) => ({
    key: `s${one.id}`,
    name: t("visit.ordered"),
    value: conceptText(one.code),
    when: one.authoredOn,
  }));
  const lines = [...measured, ...done, ...ordered];
  if (lines.length === 0) return null;
  return (
    <Card level={3} title={t("visit.recorded")} note={t("visit.lines", { count: lines.length })}>
      <dl className="visit-lines">
        {lines.slice(0, MANY).map((line) => (
          <div key={line.key}>
            <dt>{line.name}</dt>
            <dd className="strong">{line.value}</dd>
            <dd className="muted small nowrap">{momentText(line.when)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

const MANY = 40;
