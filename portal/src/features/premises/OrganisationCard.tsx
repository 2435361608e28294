import type { Organization } from "fhir/r4";
import { type FormEvent, type ReactElement, useMemo, useState } from "react";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import { useDraft, useEdition } from "../../session/index.ts";
import { Button, Card, ErrorState, Facts, Select, Skeleton, TextField, toast } from "../../ui/index.ts";
import { complain } from "./complain.ts";
import { type Details, detailed, detailsOf, useKeepOrganisation, useOrganisation, zones } from "./organisation.ts";

/** What the clinic is called, how it is reached, its time zone, and which edition it runs. */
export function OrganisationCard({ id }: { id: string }): ReactElement {
  const found = useOrganisation(id);
  return (
    <Card title={t("premises.organisation")}>
      {found.data ? (
        <DetailsForm key={found.data.meta?.versionId} organisation={found.data} />
      ) : found.isError ? (
        <ErrorState
          title={t("premises.failed")}
          requestId={found.error instanceof FhirFault ? found.error.requestId : undefined}
          onRetry={() => found.refetch()}
        >
          {t("premises.failedHint")}
        </ErrorState>
      ) : (
        <Skeleton lines={6} />
      )}
    </Card>
  );
}

function DetailsForm({ organisation }: { organisation: Organization }): ReactElement {
  const edition = useEdition().data;
  const start = useMemo(() => detailsOf(organisation), [organisation]);
  const draft = useDraft<Details>(`organisation/${organisation.id}`, start);
  const [tried, setTried] = useState(false);
  const known = useMemo(() => zones().map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") })), []);
  const isNameless = !draft.value.name.trim();
  const keep = useKeepOrganisation(organisation.id ?? "");

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isNameless) return;
    keep.mutateAsync(detailed(organisation, draft.value)).then(
      () => {
        draft.discard();
        toast({ text: t("premises.saved") });
      },
      (error) => toast({ tone: "danger", text: complain(error) }),
    );
  }

  const field = (name: Exclude<keyof Details, "zone">) => ({
    label: t(`premises.${name}`),
    value: draft.value[name],
    onChange: (text: string) => draft.change((now) => ({ ...now, [name]: text })),
    maxLength: 200,
  });

  return (
    <form className="stack premises-form" onSubmit={submit} noValidate>
      <TextField {...field("name")} error={tried && isNameless ? t("premises.needName") : undefined} />
      <TextField {...field("phone")} type="tel" />
      <TextField {...field("line")} />
      <TextField {...field("city")} />
      <div className="row">
        <TextField {...field("state")} />
        <TextField {...field("postalCode")} />
      </div>
      <Select
        label={t("premises.zone")}
        hint={t("premises.zoneHint")}
        options={known}
        value={draft.value.zone}
        onChange={(zone) => draft.change((now) => ({ ...now, zone }))}
      />
      {edition && (
        <Facts facts={[{ name: t("premises.edition"), value: `${edition.title}. ${t("premises.editionHint")}` }]} />
      )}
      <div className="row">
        <Button type="submit" kind="primary" isPending={keep.isPending}>
          {t("premises.save")}
        </Button>
      </div>
    </form>
  );
}
