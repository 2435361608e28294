import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { answer, api } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Banner, Button } from "../../ui/index.ts";
import { AccountingList, type Disclosure } from "./AccountingList.tsx";
import { EnterDialog } from "./EnterDialog.tsx";
import { Loading } from "./Loading.tsx";
import { Requests } from "./MyDisclosuresPage.tsx";
import { SuspendDialog } from "./SuspendDialog.tsx";

/** The accounting of one patient's disclosures, for staff: entering what was given out otherwise, and giving a list. */
export function AccountingSection({ patient }: { patient: string }): ReactElement {
  const [isEntering, setIsEntering] = useState(false);
  const [suspending, setSuspending] = useState<Disclosure | null>(null);
  const accounting = useQuery({
    queryKey: ["disclosures", patient],
    queryFn: () => answer(api.GET("/api/disclosures/{patient}", { params: { path: { patient } } })),
  });
  return (
    <div className="stack">
      <div className="row">
        <Button kind="primary" onPress={() => setIsEntering(true)}>
          {t("disclosures.enter")}
        </Button>
      </div>
      <Loading query={accounting}>
        {(data) => (
          <>
            <h2>{data.person}</h2>
            {!data.complete && <Banner tone="warning">{t("seen.incomplete")}</Banner>}
            <AccountingList lines={data.lines} onSuspend={setSuspending} />
          </>
        )}
      </Loading>
      <Requests patient={patient} />
      <EnterDialog patient={patient} isOpen={isEntering} onClose={() => setIsEntering(false)} />
      <SuspendDialog patient={patient} line={suspending} onClose={() => setSuspending(null)} />
    </div>
  );
}
