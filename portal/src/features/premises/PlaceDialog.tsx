import type { Location } from "fhir/r4";
import { type FormEvent, type ReactElement, useState } from "react";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Button, Dialog, Select, TextField, toast } from "../../ui/index.ts";
import { fieldsOf, KINDS, type PlaceFields, placed, useKeepPlace } from "./places.ts";

interface PlaceDialogProps {
  /** The place to change; null for a new one. */
  readonly place: Location | null;
  readonly places: readonly Location[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Adding a place or room, or changing one. */
export function PlaceDialog({ place, places, isOpen, onClose }: PlaceDialogProps): ReactElement {
  const title = place ? t("premises.editTitle", { name: place.name ?? "" }) : t("premises.addTitle");
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <PlaceForm place={place} places={places} onClose={onClose} />
    </Dialog>
  );
}

const NEW: Location = { resourceType: "Location", status: "active" };

function PlaceForm({ place, places, onClose }: Omit<PlaceDialogProps, "isOpen">): ReactElement {
  const { organisation } = useSession();
  const [fields, setFields] = useState<PlaceFields>(fieldsOf(place ?? NEW));
  const [tried, setTried] = useState(false);
  const keep = useKeepPlace();
  const isNameless = !fields.name.trim();
  const put = <K extends keyof PlaceFields>(name: K, value: PlaceFields[K]): void =>
    setFields((now) => ({ ...now, [name]: value }));

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isNameless) return;
    keep.mutate(placed(place ?? NEW, fields, organisation.id), {
      onSuccess: ({ name = "" }) => {
        toast({ text: place ? t("premises.saved") : t("premises.added", { name }) });
        onClose();
      },
    });
  }

  const above = places.filter((one) => one.id !== place?.id && one.status !== "inactive");
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField
        label={t("premises.placeName")}
        value={fields.name}
        onChange={(name) => put("name", name)}
        maxLength={120}
        autoFocus
        error={tried && isNameless ? t("premises.needName") : undefined}
      />
      <Select
        label={t("premises.kind")}
        options={KINDS.map((kind) => ({ value: kind, label: t(`premises.kind.${kind}`) }))}
        value={fields.kind}
        onChange={(kind) => put("kind", kind)}
      />
      {fields.kind === "ro" && (
        <TextField
          label={t("premises.roomKind")}
          hint={t("premises.roomKindHint")}
          optional
          value={fields.roomKind}
          onChange={(roomKind) => put("roomKind", roomKind)}
          maxLength={50}
        />
      )}
      <Select
        label={t("premises.partOf")}
        options={[
          { value: "", label: t("premises.partOfNothing") },
          ...above.map((one) => ({ value: one.id ?? "", label: one.name ?? "" })),
        ]}
        value={fields.partOf}
        onChange={(partOf) => put("partOf", partOf)}
      />
      <div className="dialog-foot">
        <Button onPress={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={keep.isPending}>
          {place ? t("premises.save") : t("premises.add")}
        </Button>
      </div>
    </form>
  );
}
