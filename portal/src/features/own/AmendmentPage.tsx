import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useDraft, useSession } from "../../session/index.ts";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  PageHead,
  RadioGroup,
  Select,
  showDay,
  TextField,
  toast,
} from "../../ui/index.ts";
import { decided, GROUNDS, type Ground, KINDS, type Kind, type Ruling, START, wanting } from "./amendment.ts";
import { Loading } from "./Loading.tsx";

type Amendment = Schemas["Amendment"];
const day = (instant: string): string => showDay(instant.slice(0, 10));

/** A patient's request to amend the record, and the clinician's decision on it (45 CFR 164.526). */
export function AmendmentPage({ id }: { id: string }): ReactElement {
  const key = ["amendment", id];
  const found = useQuery({
    queryKey: key,
    queryFn: () => answer(api.GET("/api/amendments/{request}", { params: { path: { request: id } } })),
  });
  return (
    <div className="page" data-width="reading">
      <PageHead title={t("amendment.title")} lead={found.data && t("amendment.lead", { day: day(found.data.due) })} />
      <Loading query={found}>{(data) => <Request key={data.id} queryKey={key} amendment={data} />}</Loading>
    </div>
  );
}

function Request({ amendment, queryKey }: { amendment: Amendment; queryKey: readonly string[] }): ReactElement {
  const { role } = useSession();
  const { patient, state, ground, disagreement } = amendment;
  return (
    <>
      <Card title={t("corrections.asked", { day: day(amendment.askedAt) })} note={amendment.what}>
        <div className="stack">
          <ul>
            {amendment.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
          {amendment.extended && <p className="muted">{t("amendment.extended")}</p>}
          {ground && <p>{t(`corrections.ground.${ground as Ground}`)}</p>}
          {disagreement && <p className="strong">{t("amendment.disagrees", { text: disagreement })}</p>}
          <div className="row">
            <ButtonLink href={`/patients/${patient}`}>{t("amendment.chart")}</ButtonLink>
          </div>
        </div>
      </Card>
      {state !== "open" ? (
        <Banner>{t(`amendment.state.${state}`)}</Banner>
      ) : role === "clinician" ? (
        <Decision amendment={amendment} queryKey={queryKey} />
      ) : (
        <Banner>{t("amendment.cliniciansOnly")}</Banner>
      )}
    </>
  );
}

function Decision({ amendment, queryKey }: { amendment: Amendment; queryKey: readonly string[] }): ReactElement {
  const client = useQueryClient();
  const draft = useDraft<Ruling>(`amendment/Task/${amendment.id}`, START);
  const [tried, setTried] = useState(false);
  const ruling = draft.value;
  const wrong = tried ? wanting(ruling) : {};
  const kinds = KINDS.filter((kind) => kind !== "extend" || !amendment.extended);
  const decide = useMutation({
    mutationFn: () => decided(amendment, ruling),
    onSuccess: (now) => {
      draft.discard();
      client.setQueryData(queryKey, now);
      toast({ text: t("amendment.told") });
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wanting(ruling)).length === 0) decide.mutate();
  }

  return (
    <Card title={t("amendment.decide")}>
      <form className="stack" onSubmit={submit} noValidate>
        {decide.isError && (
          <Banner tone="danger" role="alert">
            {decide.error instanceof Problem && decide.error.detail ? decide.error.detail : t("own.saveFailed")}
          </Banner>
        )}
        <RadioGroup<Kind>
          label={t("amendment.kind")}
          options={kinds.map((kind) => ({
            value: kind,
            label: t(`amendment.${kind}`),
            hint: t(`amendment.${kind}Hint`),
          }))}
          value={ruling.kind}
          onChange={(kind) => draft.change((now) => ({ ...now, kind }))}
          error={wrong.kind}
        />
        {ruling.kind === "deny" && (
          <Select<Ground>
            label={t("amendment.ground")}
            options={GROUNDS.map((ground) => ({ value: ground, label: t(`corrections.ground.${ground}`) }))}
            value={ruling.ground}
            onChange={(ground) => draft.change((now) => ({ ...now, ground }))}
            error={wrong.ground}
          />
        )}
        <TextField
          label={t("amendment.text")}
          hint={t("amendment.textHint")}
          rows={4}
          maxLength={5000}
          value={ruling.text}
          onChange={(text) => draft.change((now) => ({ ...now, text }))}
          error={wrong.text}
        />
        <div className="row">
          <Button type="submit" kind="primary" isPending={decide.isPending}>
            {t("amendment.send")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
