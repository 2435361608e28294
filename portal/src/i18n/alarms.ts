import { t } from "./index.ts";

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

/** What a kind of alarm is called; one that is not known, by its code. */
export function alarmName(kind: string): string {
  const known = KINDS.find((one) => one === kind);
  return known ? t(`status.kind.${known}`) : kind;
}
