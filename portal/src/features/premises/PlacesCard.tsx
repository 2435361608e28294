import type { Location } from "fhir/r4";
import { DoorOpen, MapPin, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { FhirFault } from "../../fhir/fault.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, Card, EmptyState, ErrorState, Skeleton, Table, toast } from "../../ui/index.ts";
import { PlaceDialog } from "./PlaceDialog.tsx";
import { inOrder, kindOf, useKeepPlace, usePlaces } from "./places.ts";
import "./premises.css";

/** Every place and room, each below what it is part of. */
export function PlacesCard(): ReactElement {
  const places = usePlaces();
  const [editing, setEditing] = useState<Location | "new" | null>(null);
  const add = (
    <Button kind="primary" size="small" icon={Plus} onPress={() => setEditing("new")}>
      {t("premises.addPlace")}
    </Button>
  );
  return (
    <Card title={t("premises.places")} note={t("premises.placesLead")} actions={add} flush>
      {places.data ? (
        <Rows places={places.data} onEdit={setEditing} />
      ) : places.isError ? (
        <ErrorState
          title={t("premises.failed")}
          requestId={places.error instanceof FhirFault ? places.error.requestId : undefined}
          onRetry={() => places.refetch()}
        >
          {t("premises.failedHint")}
        </ErrorState>
      ) : (
        <div className="premises-loading">
          <Skeleton lines={8} />
        </div>
      )}
      <PlaceDialog
        place={editing === "new" ? null : editing}
        places={places.data ?? []}
        isOpen={editing !== null}
        onClose={() => setEditing(null)}
      />
    </Card>
  );
}

function Rows({ places, onEdit }: { places: readonly Location[]; onEdit: (place: Location) => void }): ReactElement {
  return (
    <Table
      caption={t("premises.places")}
      rows={inOrder(places)}
      rowKey={({ place }) => place.id ?? ""}
      empty={
        <EmptyState icon={MapPin} title={t("premises.noPlaces")}>
          {t("premises.noPlacesHint")}
        </EmptyState>
      }
      columns={[
        {
          id: "name",
          label: t("premises.placeName"),
          cell: ({ place, depth }) => (
            <span className="premises-place" data-depth={Math.min(depth, 4)}>
              {place.name}
            </span>
          ),
        },
        { id: "kind", label: t("premises.kind"), cell: ({ place }) => t(`premises.kind.${kindOf(place) ?? "other"}`) },
        { id: "status", label: t("premises.status"), cell: ({ place }) => <State place={place} /> },
        {
          id: "actions",
          label: t("premises.actions"),
          hideLabel: true,
          align: "end",
          cell: ({ place }) => <Actions place={place} onEdit={() => onEdit(place)} />,
        },
      ]}
    />
  );
}

function State({ place }: { place: Location }): ReactElement {
  const status = place.status ?? "active";
  return (
    <Badge tone={status === "active" ? "success" : "neutral"} icon={DoorOpen}>
      {t(`premises.status.${status}`)}
    </Badge>
  );
}

/** Changing a place, or closing it for now, which can be taken back. */
function Actions({ place, onEdit }: { place: Location; onEdit: () => void }): ReactElement {
  const keep = useKeepPlace();
  const name = place.name ?? "";
  const isOpen = (place.status ?? "active") === "active";

  function turn(): void {
    keep.mutate(
      { ...place, status: isOpen ? "suspended" : "active" },
      {
        onSuccess: (kept) =>
          toast({
            text: t(isOpen ? "premises.closed" : "premises.opened", { name }),
            onUndo: () => keep.mutate({ ...kept, status: place.status ?? "active" }),
          }),
      },
    );
  }

  return (
    <span className="row" data-justify="end" data-gap="1">
      <Button kind="quiet" size="small" onPress={onEdit}>
        {t("premises.change")}
      </Button>
      <Button kind="quiet" size="small" onPress={turn} isPending={keep.isPending}>
        {t(isOpen ? "premises.close" : "premises.open")}
      </Button>
    </span>
  );
}
