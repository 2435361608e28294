import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleOff, DoorOpen } from "lucide-react";
import { type ReactElement, useState } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Badge, Button, Card, EmptyState, PageHead, showMoment, toast } from "../../ui/index.ts";
import { Loading } from "./Loading.tsx";
import { partsText } from "./parts.ts";
import { ShareForm } from "./ShareForm.tsx";

type Share = Schemas["ShareLine"];
const sharesKey = (patient: string) => ["shares", patient] as const;

/** Which other clinics may read one's record, and taking that back. */
export function SharingPage(): ReactElement | null {
  const { patient } = useSession();
  return patient ? <Sharing key={patient} patient={patient} /> : null;
}

function Sharing({ patient }: { patient: string }): ReactElement {
  const client = useQueryClient();
  const [isGiving, setIsGiving] = useState(false);
  const shares = useQuery({
    queryKey: sharesKey(patient),
    queryFn: () => answer(api.GET("/api/own/{patient}/shares", { params: { path: { patient } } })),
  });

  function close(): void {
    setIsGiving(false);
    void client.invalidateQueries({ queryKey: sharesKey(patient) });
  }

  return (
    <div className="page" data-width="reading">
      <PageHead
        title={t("sharing.title")}
        lead={t("sharing.lead")}
        actions={
          !isGiving && (
            <Button kind="primary" icon={DoorOpen} onPress={() => setIsGiving(true)}>
              {t("sharing.give")}
            </Button>
          )
        }
      />
      {isGiving && <ShareForm patient={patient} onDone={close} />}
      <Loading query={shares}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState icon={CircleOff} title={t("sharing.none")}>
              {t("sharing.noneHint")}
            </EmptyState>
          ) : (
            data.map((one) => <Given key={one.id} patient={patient} share={one} />)
          )
        }
      </Loading>
    </div>
  );
}

const looks = {
  standing: { tone: "success", icon: CircleCheck },
  over: { tone: "neutral", icon: CircleOff },
  withdrawn: { tone: "neutral", icon: CircleOff },
} as const;

function Given({ patient, share }: { patient: string; share: Share }): ReactElement {
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/own/{patient}/shares/{share}", { params: { path: { patient, share: share.id } } })),
    onSuccess: () => toast({ text: t("sharing.withdrawn", { organisation: share.organisation }) }),
    onError: () => toast({ tone: "danger", text: t("sharing.saveFailed") }),
    onSettled: () => client.invalidateQueries({ queryKey: sharesKey(patient) }),
  });
  return (
    <Card title={share.organisation}>
      <div className="stack">
        <p>{t("sharing.mayRead", { parts: partsText(share.parts) })}</p>
        {share.labelled && <p>{t("sharing.labelledToo")}</p>}
        <p className="row" data-gap="2">
          <Badge {...looks[share.state]}>{t("sharing.state", { state: share.state })}</Badge>
          <span className="muted small">
            {share.withdrawn
              ? t("sharing.withdrawnAt", { moment: showMoment(share.withdrawn) })
              : t("sharing.until", { moment: showMoment(share.ends) })}
          </span>
        </p>
        {share.state === "standing" && (
          <div className="row">
            <Button onPress={() => withdraw.mutate()} isPending={withdraw.isPending}>
              {t("sharing.withdraw")}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
