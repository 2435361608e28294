import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import {
  Badge,
  Banner,
  ButtonLink,
  CopyButton,
  Dialog,
  ErrorState,
  Facts,
  List,
  Skeleton,
  showMoment,
} from "../../ui/index.ts";
import { OutcomeBadge, opened, Person, Subject } from "./Entries.tsx";
import type { Field } from "./filter.ts";
import { type Entry, useEntry, useNames } from "./log.ts";

interface PanelProps {
  readonly seq: number;
  readonly isNamed: boolean;
  readonly address: URLSearchParams;
  readonly onClose: () => void;
  readonly onNarrow: (changes: Partial<Record<Field, string>>) => void;
}

/** One entry: everything it says, whether it is as it was written, and what else its request did. */
export function EntryPanel({ seq, isNamed, address, onClose, onNarrow }: PanelProps): ReactElement {
  const found = useEntry(seq);
  const { entry, proof, beside } = found.data ?? {};
  const names = useNames(entry ? [entry.who, `Patient/${entry.patient}`] : [], isNamed);
  return (
    <Dialog title={t("oversight.entry", { seq })} isOpen onClose={onClose} place="end" size="large">
      {entry && proof && beside ? (
        <>
          <Banner
            tone={proof.holds ? "success" : "danger"}
            title={t(proof.holds ? "oversight.holds" : "oversight.holdsNot")}
          >
            {t(proof.holds ? "oversight.holdsLead" : "oversight.holdsNotLead", {
              size: proof.size,
              origin: proof.origin,
            })}
          </Banner>
          <Facts facts={facts(entry, names, onNarrow)} />
          {entry.seen.length > 0 && (
            <details>
              <summary>{t("oversight.seen", { count: entry.seen.length })}</summary>
              <p className="small oversight-octets">{entry.seen.join(", ")}</p>
            </details>
          )}
          <h3>{t("oversight.beside")}</h3>
          <List
            label={t("oversight.beside")}
            items={beside}
            itemKey={(one) => String(one.seq)}
            href={(one) => opened(address, one.seq)}
            empty={<p className="muted">{t("oversight.alone")}</p>}
          >
            {(one) => (
              <span className="row" data-gap="2">
                <code>{one.action}</code> {one.what} <OutcomeBadge outcome={one.outcome} />
              </span>
            )}
          </List>
          <details>
            <summary>{t("oversight.proof")}</summary>
            <p className="small">{t("oversight.proofLead")}</p>
            <div className="row">
              <Badge tone={proof.holds ? "success" : "danger"} icon={proof.holds ? ShieldCheck : ShieldAlert}>
                {t("oversight.hashes", { count: proof.hashes.length })}
              </Badge>
              <CopyButton text={proof.checkpoint} label={t("oversight.copyCheckpoint")} />
            </div>
            <pre className="oversight-octets small">{proof.checkpoint}</pre>
          </details>
        </>
      ) : found.isError ? (
        <ErrorState
          title={t("oversight.loadFailed")}
          requestId={found.error instanceof Problem ? found.error.requestId : undefined}
          actions={<ButtonLink href="/oversight">{t("oversight.toLog")}</ButtonLink>}
        >
          {t("oversight.loadFailedLead")}
        </ErrorState>
      ) : (
        <Skeleton lines={10} />
      )}
    </Dialog>
  );
}

function facts(
  entry: Entry,
  names: ReadonlyMap<string, string>,
  onNarrow: (changes: Partial<Record<Field, string>>) => void,
): { name: string; value: ReactElement | string }[] {
  const pressed = { entry, names, onNarrow };
  const plain = (["account", "purpose", "rule", "address", "session", "request"] as const).filter((one) => entry[one]);
  return [
    { name: t("oversight.when"), value: showMoment(entry.time) },
    { name: t("oversight.field.who"), value: <Person {...pressed} /> },
    { name: t("oversight.field.action"), value: <code>{entry.action}</code> },
    { name: t("oversight.what"), value: <Subject {...pressed} /> },
    { name: t("oversight.field.outcome"), value: <OutcomeBadge outcome={entry.outcome} /> },
    ...plain.map((one) => ({ name: t(`oversight.field.${one}`), value: entry[one] })),
    ...(entry.agent ? [{ name: t("oversight.agent"), value: entry.agent }] : []),
    ...(entry.count ? [{ name: t("oversight.count"), value: String(entry.count) }] : []),
  ];
}
