import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { PageHead, Tabs } from "../../ui/index.ts";
import { ImportCard } from "./ImportCard.tsx";
import { OrganisationCard } from "./OrganisationCard.tsx";
import { PlacesCard } from "./PlacesCard.tsx";
import { RulesCards } from "./RulesCards.tsx";

/** The clinic itself: what it is called, where it is, its rooms, and records that come from elsewhere. */
export function PremisesPage(): ReactElement {
  const { organisation } = useSession();
  return (
    <div className="page">
      <PageHead title={t("premises.title")} lead={t("premises.lead", { organisation: organisation.name })} />
      <Tabs
        label={t("premises.views")}
        tabs={[
          { id: "places", label: t("premises.places"), content: <PlacesCard /> },
          { id: "organisation", label: t("premises.organisation"), content: <OrganisationCard id={organisation.id} /> },
          { id: "rules", label: t("premises.rules"), content: <RulesCards organisation={organisation.id} /> },
          { id: "import", label: t("premises.import"), content: <ImportCard /> },
        ]}
      />
    </div>
  );
}
