import type { ReactElement } from "react";
import { t } from "../../i18n/index.ts";
import { useEdition } from "../../session/index.ts";
import { Banner } from "../../ui/index.ts";

/** Says, for as long as it is so, that everything can be read and nothing can be changed. */
export function ReadOnly(): ReactElement | null {
  if (!useEdition().data?.readOnly) return null;
  return (
    <div className="shell-notice">
      <Banner tone="warning" role="status">
        {t("shell.readOnly")}
      </Banner>
    </div>
  );
}
