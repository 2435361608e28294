import { Download, Link2, UserRoundSearch } from "lucide-react";
import { type ReactElement, useState } from "react";
import { useSearchParams } from "react-router";
import { t } from "../../i18n/index.ts";
import { Button, Card, PageHead, toast } from "../../ui/index.ts";
import { Addresses } from "./Addresses.tsx";
import { Entries } from "./Entries.tsx";
import { EntryPanel } from "./EntryPanel.tsx";
import { Filters } from "./Filters.tsx";
import { changed, type Field, filterOf } from "./filter.ts";
import { Keeping } from "./Keeping.tsx";
import { useCounted, useExport } from "./log.ts";
import { Timeline } from "./Timeline.tsx";
import "./oversight.css";

/** The audit log of the organisation, as its security officers look through it. */
export function OversightPage(): ReactElement {
  const [address, setAddress] = useSearchParams();
  const [opened] = useState(() => Date.now());
  const [isNamed, setNamed] = useState(false);
  const filter = filterOf(address, opened);
  const counted = useCounted(filter);
  const download = useExport(filter);
  const narrow = (changes: Partial<Record<Field | "since" | "until", string>>): void =>
    setAddress(changed(address, changes));
  const entry = Number(address.get("entry") ?? Number.NaN);
  return (
    <div className="page">
      <PageHead
        title={t("oversight.title")}
        lead={t("oversight.lead")}
        actions={
          <>
            <Button icon={UserRoundSearch} aria-pressed={isNamed} onPress={() => setNamed(!isNamed)}>
              {t(isNamed ? "oversight.hideNames" : "oversight.showNames")}
            </Button>
            <Button icon={Link2} onPress={copyAddress}>
              {t("oversight.copyView")}
            </Button>
            <Button icon={Download} isPending={download.isPending} onPress={() => download.mutate()}>
              {t("oversight.export")}
            </Button>
          </>
        }
      />
      <Filters filter={filter} onChange={narrow} onView={(by) => setAddress(by)} />
      <div className="oversight-counts">
        <Card title={t("oversight.timeline")} note={counted.data?.isPart ? t("oversight.partly") : undefined}>
          <Timeline counted={counted.data} isFailed={counted.isError} filter={filter} onSpan={narrow} />
        </Card>
        <Card title={t("oversight.failures")} note={t("oversight.failuresNote")}>
          <Addresses addresses={counted.data?.addresses} onAddress={(from) => narrow({ address: from })} />
        </Card>
      </div>
      <Entries filter={filter} address={address} isNamed={isNamed} onNarrow={narrow} />
      <Keeping />
      {Number.isInteger(entry) && (
        <EntryPanel
          seq={entry}
          isNamed={isNamed}
          address={address}
          onClose={() => setAddress(changed(address, {}))}
          onNarrow={narrow}
        />
      )}
    </div>
  );
}

async function copyAddress(): Promise<void> {
  await navigator.clipboard.writeText(location.href);
  toast({ text: t("oversight.copied") });
}
