import { useQuery } from "@tanstack/react-query";
import { DoorOpen } from "lucide-react";
import type { ReactElement } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { useFeed } from "../../live/index.ts";
import { ButtonLink, Card, EmptyState, PageHead, showDay, showMoment } from "../../ui/index.ts";
import { Loading } from "./Loading.tsx";
import { sharedKey } from "./shared.ts";
import "./sharing.css";

/** The records that patients of other organisations let one's own read. */
export function SharedPage(): ReactElement {
  useFeed("shared");
  const shared = useQuery({
    queryKey: sharedKey(),
    queryFn: () => answer(api.GET("/api/sharing/with-us")),
    gcTime: 0,
  });
  return (
    <div className="page">
      <PageHead title={t("sharing.withUs")} lead={t("sharing.withUsLead")} />
      <Loading query={shared}>
        {(data) =>
          data.length === 0 ? (
            <EmptyState icon={DoorOpen} title={t("sharing.withUsNone")}>
              {t("sharing.withUsNoneHint")}
            </EmptyState>
          ) : (
            <Card flush>
              <ul className="sharing-lines">
                {data.map((one) => (
                  <Offered key={one.share} record={one} />
                ))}
              </ul>
            </Card>
          )
        }
      </Loading>
    </div>
  );
}

function Offered({ record }: { record: Schemas["SharedRecord"] }): ReactElement {
  return (
    <li className="sharing-line">
      <div className="sharing-who">
        <strong>{record.person}</strong>
        {record.born && <span>{t("sharing.born", { day: showDay(record.born) })}</span>}
        <span className="muted small">
          {t("sharing.from", { organisation: record.organisation, moment: showMoment(record.ends) })}
        </span>
      </div>
      <ButtonLink href={`/shared/${record.share}`}>{t("sharing.open")}</ButtonLink>
    </li>
  );
}
