import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { answer, api, Problem, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Banner,
  Button,
  Card,
  Checkbox,
  DateField,
  ErrorSummary,
  type Mistake,
  RadioGroup,
  Select,
  showMoment,
  toast,
} from "../../ui/index.ts";
import { Loading } from "./Loading.tsx";
import { PARTS, type Part, partsText } from "./parts.ts";
import { chosenParts, type Draft, mistakes, NOTHING, type Span, until } from "./share.ts";

const SPANS: readonly Span[] = ["month", "quarter", "year", "day"];

interface ShareFormProps {
  readonly patient: string;
  readonly onDone: () => void;
}

/** Which clinic, which parts, until when; and what that means in a sentence before it is sent. */
export function ShareForm({ patient, onDone }: ShareFormProps): ReactElement {
  const places = useQuery({
    queryKey: ["share-places", patient],
    queryFn: () => answer(api.GET("/api/own/{patient}/share-places", { params: { path: { patient } } })),
  });
  return <Loading query={places}>{(data) => <Wish patient={patient} places={data} onDone={onDone} />}</Loading>;
}

function Wish({
  patient,
  places,
  onDone,
}: ShareFormProps & { readonly places: readonly Schemas["SharePlace"][] }): ReactElement {
  const [draft, setDraft] = useState<Draft>(NOTHING);
  const [shown, setShown] = useState<readonly Mistake[]>([]);
  const put = (part: Partial<Draft>): void => setDraft((now) => ({ ...now, ...part }));
  const complaint = (field: string): string | undefined => shown.find((one) => one.field === field)?.message;
  const place = places.find((one) => one.id === draft.organisation);
  const ends = until(draft, new Date());
  const parts = chosenParts(draft);
  const give = useMutation({
    mutationFn: (body: Schemas["ShareWish"]) =>
      answer(api.POST("/api/own/{patient}/shares", { params: { path: { patient } }, body })),
    onSuccess: ({ organisation }) => {
      toast({ text: t("sharing.given", { organisation }), tone: "success" });
      onDone();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    const wrong = mistakes(draft, new Date());
    setShown(wrong);
    if (wrong.length > 0 || !draft.organisation) return;
    give.mutate({ organisation: draft.organisation, parts: [...parts], labelled: draft.labelled, until: ends });
  }

  return (
    <Card title={t("sharing.give")}>
      <form className="stack" onSubmit={submit} noValidate>
        <ErrorSummary mistakes={shown} />
        {give.isError && (
          <Banner tone="danger" role="alert">
            {give.error instanceof Problem && give.error.detail ? give.error.detail : t("sharing.saveFailed")}
          </Banner>
        )}
        <Select
          id="organisation"
          label={t("sharing.place")}
          options={places.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.organisation}
          onChange={(organisation) => put({ organisation })}
          error={complaint("organisation")}
        />
        <RadioGroup
          id="all"
          label={t("sharing.what")}
          options={(["all", "some"] as const).map((one) => ({
            value: one,
            label: t("sharing.whatChoice", { what: one }),
            hint: t("sharing.whatHint", { what: one }),
          }))}
          value={draft.all}
          onChange={(all) => put({ all })}
          error={complaint("all")}
        />
        {draft.all === "some" && <Parts chosen={draft.parts} onChange={(chosen) => put({ parts: chosen })} />}
        <Checkbox
          isSelected={draft.labelled}
          onChange={(labelled) => put({ labelled })}
          hint={t("sharing.labelledHint")}
        >
          {t("sharing.labelled")}
        </Checkbox>
        <RadioGroup
          id="span"
          label={t("sharing.howLong")}
          options={SPANS.map((one) => ({ value: one, label: t("sharing.span", { span: one }) }))}
          value={draft.span}
          onChange={(span) => put({ span })}
        />
        {draft.span === "day" && (
          <DateField
            id="day"
            label={t("sharing.lastDay")}
            value={draft.day}
            onChange={(day) => put({ day })}
            error={complaint("day")}
          />
        )}
        {place && parts.length > 0 && !Number.isNaN(ends) && (
          <Banner tone="info">
            {t("sharing.summary", {
              organisation: place.name,
              parts: partsText(parts),
              moment: showMoment(ends),
            })}
          </Banner>
        )}
        <div className="row">
          <Button type="submit" kind="primary" isPending={give.isPending}>
            {t("sharing.agree")}
          </Button>
          <Button onPress={onDone}>{t("ui.cancel")}</Button>
        </div>
      </form>
    </Card>
  );
}

function Parts({
  chosen,
  onChange,
}: {
  readonly chosen: readonly Part[];
  readonly onChange: (parts: readonly Part[]) => void;
}): ReactElement {
  return (
    <fieldset className="sharing-parts">
      <legend>{t("sharing.which")}</legend>
      {PARTS.map((part) => (
        <Checkbox
          key={part}
          isSelected={chosen.includes(part)}
          onChange={(isChosen) => onChange(PARTS.filter((one) => (one === part ? isChosen : chosen.includes(one))))}
        >
          {t("sharing.part", { part })}
        </Checkbox>
      ))}
    </fieldset>
  );
}
