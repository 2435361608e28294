import { ShieldCheck } from "lucide-react";
import type { ReactElement } from "react";
import { Button } from "react-aria-components";
import { t } from "../../i18n/index.ts";
import { EmptyState, Skeleton, showMoment } from "../../ui/index.ts";
import type { FailingAddress } from "./log.ts";

interface AddressesProps {
  readonly addresses: readonly FailingAddress[] | undefined;
  readonly onAddress: (address: string) => void;
}

const MOST = 8;

/** Where failed sign-ins came from, most first; pressed, one narrows the log to it. */
export function Addresses({ addresses, onAddress }: AddressesProps): ReactElement {
  if (!addresses) return <Skeleton lines={4} />;
  if (addresses.length === 0)
    return (
      <EmptyState icon={ShieldCheck} title={t("oversight.noFailures")}>
        {t("oversight.noFailuresHint")}
      </EmptyState>
    );
  const most = addresses[0]?.count ?? 1;
  return (
    <ul className="oversight-addresses">
      {addresses.slice(0, MOST).map(({ address, count, accounts, last }) => (
        <li key={address}>
          <Button className="oversight-address" onPress={() => onAddress(address)}>
            <span className="oversight-address-name">{address}</span>
            <span className="oversight-bar" aria-hidden="true">
              <span style={{ inlineSize: `${(100 * count) / most}%` }} />
            </span>
            <span className="small">
              {t("oversight.failedTimes", { count })} · {t("oversight.onAccounts", { count: accounts })} ·{" "}
              {showMoment(last)}
            </span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
