import { useQuery } from "@tanstack/react-query";
import { UserPlus, UsersRound } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Button, Card, EmptyState, PageHead } from "../../ui/index.ts";
import { Loading } from "./Loading.tsx";
import { PersonLine } from "./PersonLine.tsx";
import { TrustDialog } from "./TrustDialog.tsx";
import { familyKey } from "./trust.ts";
import "./own.css";

/** Whom a patient trusts with the record, inviting more, and ending it. */
export function FamilyPage(): ReactElement | null {
  const { patient } = useSession();
  const [isInviting, setIsInviting] = useState(false);
  if (!patient) return null;
  return (
    <div className="page" data-width="reading">
      <PageHead
        title={t("family.title")}
        lead={t("family.lead")}
        actions={
          <Button kind="primary" icon={UserPlus} onPress={() => setIsInviting(true)}>
            {t("family.add")}
          </Button>
        }
      />
      <People patient={patient} />
      <TrustDialog patient={patient} isOpen={isInviting} onClose={() => setIsInviting(false)} />
    </div>
  );
}

function People({ patient }: { patient: string }): ReactElement {
  const people = useQuery({
    queryKey: familyKey(patient),
    queryFn: () => answer(api.GET("/api/family", { params: { query: { patient } } })),
  });
  return (
    <Loading query={people}>
      {(data) => {
        const trusted = data.filter((one) => one.role !== "patient");
        return trusted.length === 0 ? (
          <EmptyState icon={UsersRound} title={t("family.none")}>
            {t("family.noneHint")}
          </EmptyState>
        ) : (
          <Card flush>
            <ul className="own-lines">
              {trusted.map((one) => (
                <PersonLine key={one.membership} patient={patient} person={one} />
              ))}
            </ul>
          </Card>
        );
      }}
    </Loading>
  );
}
