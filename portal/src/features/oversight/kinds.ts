import { t } from "../../i18n/index.ts";

const KINDS = [
  "sign-in-failures",
  "new-region",
  "token-algorithm",
  "record-probing",
  "egress",
  "break-glass",
  "break-glass-unreviewed",
  "incident",
  "own-record",
  "own-family",
  "protected-record",
  "no-relation",
  "bulk-reading",
  "bulk-listing",
  "bulk-export",
  "shared-address",
  "odd-hours",
] as const;

/** What an alarm is called, by the action of its entry; one that is not known, by that. */
export function kindOf(action: string): string {
  const known = KINDS.find((kind) => action === `alert-${kind}`);
  return known ? t(`status.kind.${known}`) : action;
}
