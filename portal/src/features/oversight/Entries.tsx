import { Ban, CircleCheck, CircleX, SearchX } from "lucide-react";
import type { ReactElement } from "react";
import { Problem } from "../../api/index.ts";
import { t } from "../../i18n/index.ts";
import { Badge, Button, Card, EmptyState, ErrorState, Skeleton, showMoment, Table } from "../../ui/index.ts";
import type { Field, Filter } from "./filter.ts";
import { type Entry, useEntries, useNames } from "./log.ts";

interface EntriesProps {
  readonly filter: Filter;
  readonly address: URLSearchParams;
  readonly isNamed: boolean;
  readonly onNarrow: (changes: Partial<Record<Field, string>>) => void;
}

/** The entries that fit, newest first; `j` and `k` go through them, Enter opens one. */
export function Entries({ filter, address, isNamed, onNarrow }: EntriesProps): ReactElement {
  const found = useEntries(filter);
  const entries = (found.data?.pages ?? []).flatMap((page) => page.entries);
  const names = useNames(
    entries.flatMap((one) => [one.who, one.patient && `Patient/${one.patient}`]),
    isNamed,
  );
  if (found.isError)
    return (
      <Card>
        <ErrorState
          title={t("oversight.loadFailed")}
          requestId={found.error instanceof Problem ? found.error.requestId : undefined}
          onRetry={() => found.refetch()}
        >
          {t("oversight.loadFailedLead")}
        </ErrorState>
      </Card>
    );
  if (!found.data)
    return (
      <Card>
        <Skeleton lines={12} />
      </Card>
    );
  return (
    <Card flush>
      <Table
        caption={t("oversight.entries")}
        rows={entries}
        limit={1000}
        rowKey={(one) => String(one.seq)}
        rowHref={(one) => opened(address, one.seq)}
        empty={
          <EmptyState icon={SearchX} title={t("oversight.none")}>
            {t(found.hasNextPage ? "oversight.noneYet" : "oversight.noneHint")}
          </EmptyState>
        }
        columns={[
          {
            id: "time",
            label: t("oversight.when"),
            cell: (one) => <span className="nowrap">{showMoment(one.time)}</span>,
          },
          {
            id: "who",
            label: t("oversight.field.who"),
            cell: (one) => <Person entry={one} names={names} onNarrow={onNarrow} />,
          },
          { id: "action", label: t("oversight.field.action"), cell: (one) => <code>{one.action}</code> },
          {
            id: "what",
            label: t("oversight.what"),
            cell: (one) => <Subject entry={one} names={names} onNarrow={onNarrow} />,
          },
          { id: "outcome", label: t("oversight.field.outcome"), cell: (one) => <OutcomeBadge outcome={one.outcome} /> },
          { id: "rule", label: t("oversight.field.rule"), cell: (one) => <span className="small">{one.rule}</span> },
          {
            id: "address",
            label: t("oversight.field.address"),
            cell: (one) => <span className="small">{one.address}</span>,
          },
        ]}
      />
      {found.hasNextPage && (
        <div className="oversight-more">
          <Button isPending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
            {t("oversight.older")}
          </Button>
        </div>
      )}
    </Card>
  );
}

/** The address of the page with an entry opened. */
export function opened(address: URLSearchParams, seq: number): string {
  const next = new URLSearchParams(address);
  next.set("entry", String(seq));
  return `/oversight?${next}`;
}

export interface NamedProps {
  readonly entry: Entry;
  readonly names: ReadonlyMap<string, string>;
  readonly onNarrow: (changes: Partial<Record<Field, string>>) => void;
}

/** Who it was; pressed, the log is narrowed to them. */
export function Person({ entry, names, onNarrow }: NamedProps): ReactElement {
  const { who, account, role } = entry;
  if (!(who || account)) return <span className="muted">{t("oversight.nobody")}</span>;
  return (
    <span className="oversight-who">
      <Button
        kind="quiet"
        size="small"
        onPress={() => onNarrow(who ? { who } : { account })}
        aria-label={t("oversight.only", { what: names.get(who) ?? (who || account) })}
      >
        {names.get(who) ?? (who || account)}
      </Button>
      {role && <span className="muted small">{role}</span>}
    </span>
  );
}

/** What it was about; a patient, pressed, narrows the log to them. */
export function Subject({ entry, names, onNarrow }: NamedProps): ReactElement {
  const { patient, what } = entry;
  return (
    <span className="oversight-who">
      {patient && (
        <Button
          kind="quiet"
          size="small"
          onPress={() => onNarrow({ patient })}
          aria-label={t("oversight.only", { what: names.get(`Patient/${patient}`) ?? `Patient/${patient}` })}
        >
          {names.get(`Patient/${patient}`) ?? `Patient/${patient}`}
        </Button>
      )}
      {what && what !== `Patient/${patient}` && <span className="small">{what}</span>}
    </span>
  );
}

const LOOKS = {
  ok: { tone: "success", icon: CircleCheck },
  refused: { tone: "warning", icon: Ban },
  failed: { tone: "danger", icon: CircleX },
} as const;

/** How it ended, in a word, a picture and a colour. */
export function OutcomeBadge({ outcome }: { outcome: string }): ReactElement {
  const known = outcome === "ok" || outcome === "refused" ? outcome : "failed";
  return <Badge {...LOOKS[known]}>{t(`oversight.outcome.${known}`)}</Badge>;
}
