import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleOff, PencilLine } from "lucide-react";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft, useSession } from "../../session/index.ts";
import { Badge, Button, ButtonLink, Card, EmptyState, PageHead, showDay, TextField, toast } from "../../ui/index.ts";
import { correctionsKey } from "./corrections.ts";
import { Loading } from "./Loading.tsx";

type Correction = Schemas["Amendment"];
const day = (instant: string): string => showDay(instant.slice(0, 10));

/** What one has said is wrong in one's record, and what came of it (45 CFR 164.526). */
export function CorrectionsPage(): ReactElement | null {
  const { patient } = useSession();
  return patient ? <Corrections key={patient} patient={patient} /> : null;
}

function Corrections({ patient }: { patient: string }): ReactElement {
  const corrections = useQuery({
    queryKey: correctionsKey(patient),
    queryFn: () => answer(api.GET("/api/amendments", { params: { query: { patient } } })),
  });
  return (
    <div className="page" data-width="reading">
      <PageHead title={t("corrections.title")} lead={t("corrections.lead")} />
      <Loading query={corrections}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState
              icon={PencilLine}
              title={t("corrections.none")}
              actions={<ButtonLink href="/record">{t("home.record")}</ButtonLink>}
            >
              {t("corrections.noneHint")}
            </EmptyState>
          ) : (
            data.map((one) => <Told key={one.id} patient={patient} correction={one} />)
          )
        }
      </Loading>
    </div>
  );
}

const looks = {
  open: { tone: "info", icon: CircleDashed },
  granted: { tone: "success", icon: CircleCheck },
  denied: { tone: "neutral", icon: CircleOff },
} as const;

function Told({ patient, correction }: { patient: string; correction: Correction }): ReactElement {
  const { state, ground, disagreement } = correction;
  return (
    <Card title={t("corrections.asked", { day: day(correction.askedAt) })} note={correction.what}>
      <div className="stack">
        <p className="row" data-gap="2">
          <Badge {...looks[state]}>{t(`corrections.state.${state}`)}</Badge>
          {state === "open" && (
            <span className="muted small">{t("corrections.due", { day: day(correction.due) })}</span>
          )}
        </p>
        <ul>
          {correction.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
        {isGround(ground) && <p>{t(`corrections.ground.${ground}`)}</p>}
        {disagreement && <p className="strong">{t("corrections.yours", { text: disagreement })}</p>}
        {state === "denied" && (
          <>
            {!disagreement && <Disagree patient={patient} id={correction.id} />}
            <p className="muted small">{t("corrections.rights")}</p>
          </>
        )}
      </div>
    </Card>
  );
}

type Ground = Schemas["Denial"]["ground"];
const isGround = (text: string): text is Ground => text !== "";

function Disagree({ patient, id }: { patient: string; id: string }): ReactElement {
  const client = useQueryClient();
  const draft = useDraft(`disagree/Task/${id}`, "");
  const [isOpen, setIsOpen] = useState(false);
  const send = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/amendments/{request}/disagree", {
          params: { path: { request: id } },
          body: { text: draft.value.trim() },
        }),
      ),
    onSuccess: () => {
      draft.discard();
      toast({ text: t("corrections.disagreed") });
    },
    onError: () => toast({ tone: "danger", text: t("own.saveFailed") }),
    onSettled: () => client.invalidateQueries({ queryKey: correctionsKey(patient) }),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (draft.value.trim()) send.mutate();
  }

  if (!isOpen)
    return (
      <div className="row">
        <Button onPress={() => setIsOpen(true)}>{t("corrections.disagree")}</Button>
      </div>
    );
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label={t("corrections.disagree")}
        hint={t("corrections.disagreeHint")}
        rows={4}
        maxLength={5000}
        value={draft.value}
        onChange={draft.change}
        autoFocus
      />
      <div className="row">
        <Button type="submit" kind="primary" isPending={send.isPending} isDisabled={!draft.value.trim()}>
          {t("corrections.send")}
        </Button>
      </div>
    </form>
  );
}
