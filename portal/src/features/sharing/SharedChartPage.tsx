import { useQuery, useQueryClient } from "@tanstack/react-query";
import { DoorClosed } from "lucide-react";
import { type ReactElement, useEffect } from "react";
import { answer, api, type Schemas } from "../../api/index.ts";
import { shared } from "../../fhir/client.ts";
import { FhirFault } from "../../fhir/fault.ts";
import { dayText } from "../../fhir/moments.ts";
import { t } from "../../i18n/index.ts";
import { useFeed } from "../../live/index.ts";
import {
  Banner,
  ButtonLink,
  Card,
  EmptyState,
  ErrorState,
  PageHead,
  Skeleton,
  showDay,
  showMoment,
} from "../../ui/index.ts";
import { type Line, sections, sharedKey } from "./shared.ts";
import "./sharing.css";

type Record = Schemas["SharedRecord"];
/** The longest that a browser's timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** A record of another organisation, to read: it goes from the screen when the patient takes it back, or it ends. */
export function SharedChartPage({ share }: { share: string }): ReactElement {
  useFeed("shared");
  const offers = useQuery({
    queryKey: sharedKey(),
    queryFn: () => answer(api.GET("/api/sharing/with-us")),
    gcTime: 0,
  });
  const offer = offers.data?.find((one) => one.share === share);
  if (offers.isPending)
    return (
      <Card>
        <Skeleton lines={6} />
      </Card>
    );
  if (offers.isError)
    return (
      <ErrorState isPage title={t("sharing.failed")} onRetry={() => void offers.refetch()}>
        {t("sharing.failedHint")}
      </ErrorState>
    );
  return offer ? <Chart key={share} record={offer} /> : <Over />;
}

function Over(): ReactElement {
  return (
    <EmptyState
      icon={DoorClosed}
      isPage
      title={t("sharing.over")}
      actions={<ButtonLink href="/shared">{t("sharing.withUs")}</ButtonLink>}
    >
      {t("sharing.overHint")}
    </EmptyState>
  );
}

function Chart({ record }: { record: Record }): ReactElement {
  const client = useQueryClient();
  const { share, patient, ends } = record;
  const found = useQuery({
    queryKey: sharedKey(share),
    queryFn: ({ signal }) => shared(share, patient, signal),
    gcTime: 0,
    retry: false,
  });
  useEffect(() => {
    const again = () => void client.invalidateQueries({ queryKey: sharedKey() });
    const timer = setTimeout(again, Math.min(Math.max(ends - Date.now(), 0) + 50, LONGEST_MS));
    return () => clearTimeout(timer);
  }, [client, ends]);
  if (found.isError)
    return found.error instanceof FhirFault && found.error.status === 404 ? (
      <Over />
    ) : (
      <ErrorState isPage title={t("sharing.failed")} onRetry={() => void found.refetch()}>
        {t("sharing.failedHint")}
      </ErrorState>
    );
  return (
    <div className="page">
      <PageHead
        title={record.person}
        lead={[record.born && t("sharing.born", { day: showDay(record.born) }), record.organisation]
          .filter(Boolean)
          .join(" · ")}
      />
      <Banner tone="info" title={t("sharing.readOnly", { organisation: record.organisation })}>
        {t("sharing.readOnlyHint", { moment: showMoment(ends) })}
      </Banner>
      {found.isPending ? (
        <Card>
          <Skeleton lines={8} />
        </Card>
      ) : (
        <Sections all={sections(found.data)} />
      )}
    </div>
  );
}

function Sections({ all }: { all: readonly (readonly [string, readonly Line[]])[] }): ReactElement {
  if (all.length === 0)
    return (
      <EmptyState icon={DoorClosed} title={t("sharing.empty")}>
        {t("sharing.emptyHint")}
      </EmptyState>
    );
  return (
    <div className="sharing-sections">
      {all.map(([section, lines]) => (
        <Card key={section} title={t("sharing.section", { part: section })} note={String(lines.length)} flush>
          <ul className="sharing-lines">
            {lines.map((line) => (
              <li key={line.key} className="sharing-line">
                <span className="sharing-when">{dayText(line.when)}</span>
                <span className="sharing-who">
                  <span>{line.title}</span>
                  {line.detail && <span className="muted small">{line.detail}</span>}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      ))}
    </div>
  );
}
