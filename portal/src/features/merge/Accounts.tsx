import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { Banner } from "../../ui/index.ts";
import type { Account } from "./api.ts";

/** Whose account reaches which record, and which it will reach. */
export function Accounts({ accounts }: { accounts: readonly Account[] }): ReactElement {
  if (accounts.length === 0) return <p>{t("merge.accountsNone")}</p>;
  const own = new Set(accounts.filter((one) => one.own).map((one) => one.of));
  return (
    <>
      <ul className="merge-list">
        {accounts.map((one, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: accounts have no names here
          <li key={place}>
            <strong>{t(one.own ? "merge.accountOwn" : "merge.accountProxy")}</strong>{" "}
            {t(one.of === "keep" ? "merge.accountOfKeep" : "merge.accountOfDrop")}
          </li>
        ))}
      </ul>
      {own.size === 2 && <Banner tone="warning">{t("merge.twoAccounts")}</Banner>}
    </>
  );
}
