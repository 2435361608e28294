import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { PageHead } from "../../ui/index.ts";
import { ContactCard } from "./ContactCard.tsx";
import { LanguageCard } from "./LanguageCard.tsx";
import { Loading } from "./Loading.tsx";
import { RecordCopies } from "./RecordCopies.tsx";

/** How one is reached, in which language, and a copy of one's record. */
export function ProfilePage(): ReactElement | null {
  const { patient, organisation } = useSession();
  if (!patient) return null;
  return (
    <div className="page" data-width="reading">
      <PageHead title={t("own.title")} lead={t("own.lead", { organisation: organisation.name })} />
      <Reached key={patient} patient={patient} />
      <RecordCopies patient={patient} organisation={organisation.name} />
    </div>
  );
}

function Reached({ patient }: { patient: string }): ReactElement {
  const profile = useQuery({
    queryKey: ["profile", patient],
    queryFn: () => answer(api.GET("/api/own/{patient}/profile", { params: { path: { patient } } })),
  });
  return (
    <Loading query={profile}>
      {(data) => (
        <>
          <ContactCard patient={patient} profile={data} />
          <LanguageCard patient={patient} profile={data} />
        </>
      )}
    </Loading>
  );
}
