import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileText, ListChecks } from "lucide-react";
import type { ReactElement } from "react";
import { answer, api, download, type Schemas } from "../../api/index.ts";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useSession } from "../../session/index.ts";
import { Banner, Button, Card, PageHead, toast } from "../../ui/index.ts";
import { AccountingList } from "./AccountingList.tsx";
import { Loading } from "./Loading.tsx";

const key = (patient: string) => ["disclosures", patient] as const;

/** To whom information from one's record was given, and a list of it to keep (45 CFR 164.528). */
export function MyDisclosuresPage(): ReactElement | null {
  const { patient } = useSession();
  if (!patient) return null;
  return (
    <div className="page" data-width="reading">
      <PageHead title={t("disclosures.title")} lead={t("disclosures.lead")} />
      <Accounting key={patient} patient={patient} />
      <Requests patient={patient} />
    </div>
  );
}

/** What was disclosed of a record in six years. */
function Accounting({ patient }: { patient: string }): ReactElement {
  const accounting = useQuery({
    queryKey: key(patient),
    queryFn: () => answer(api.GET("/api/disclosures/{patient}", { params: { path: { patient } } })),
  });
  return (
    <Loading query={accounting}>
      {(data) => (
        <>
          {!data.complete && <Banner tone="warning">{t("seen.incomplete")}</Banner>}
          <AccountingList lines={data.lines} />
        </>
      )}
    </Loading>
  );
}

/** Asking for a list, and those that were given. */
export function Requests({ patient }: { patient: string }): ReactElement {
  const client = useQueryClient();
  const queryKey = [...key(patient), "requests"];
  const requests = useQuery({
    queryKey,
    queryFn: () => answer(api.GET("/api/disclosures/{patient}/requests", { params: { path: { patient } } })),
  });
  const ask = useMutation({
    mutationFn: () => answer(api.POST("/api/disclosures/{patient}/requests", { params: { path: { patient } } })),
    onSuccess: () => toast({ text: t("disclosures.made"), tone: "success" }),
    onError: () => toast({ tone: "danger", text: t("sharing.saveFailed") }),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  return (
    <Card
      title={t("disclosures.lists")}
      actions={
        <Button icon={ListChecks} onPress={() => ask.mutate()} isPending={ask.isPending}>
          {t("disclosures.request")}
        </Button>
      }
      flush
    >
      <Loading query={requests}>
        {(data) => (
          <ul className="sharing-lines">
            {data.length === 0 && <li className="sharing-line muted">{t("disclosures.listsNone")}</li>}
            {data.map((one) => (
              <Given key={one.id} patient={patient} request={one} />
            ))}
          </ul>
        )}
      </Loading>
    </Card>
  );
}

function Given({ patient, request }: { patient: string; request: Schemas["AccountingRequest"] }): ReactElement {
  const path = `/api/disclosures/${encodeURIComponent(patient)}/requests/${encodeURIComponent(request.id)}/print`;
  const day = dayText(request.askedAt);
  const print = useMutation({
    mutationFn: () => download(path, "disclosures.pdf"),
    onError: () => toast({ tone: "danger", text: t("sharing.failed") }),
  });
  return (
    <li className="sharing-line">
      <span className="sharing-who">
        <strong>{t("disclosures.listOf", { day, count: request.count })}</strong>
        {request.firstInAYear && <span className="muted small">{t("disclosures.free")}</span>}
      </span>
      <Button icon={FileText} onPress={() => print.mutate()} isPending={print.isPending}>
        {t("disclosures.print", { day })}
      </Button>
    </li>
  );
}
