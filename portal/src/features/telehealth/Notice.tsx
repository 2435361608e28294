import type { ReactElement, ReactNode } from "react";
import { t } from "../../i18n/index.ts";
import { useFocused } from "./useFocused.ts";

export interface NoticeProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Whom to call instead; empty when nobody is known. */
  readonly phone?: string;
  readonly actions?: ReactNode;
}

/** Where somebody stands when they are not in the visit: what it is, what to do, and a number to call. */
export function Notice({ title, children, phone = "", actions }: NoticeProps): ReactElement {
  const heading = useFocused<HTMLHeadingElement>();
  return (
    <div className="tele-plain stack">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p>{children}</p>
      {phone && <p>{t("tele.byPhone", { phone })}</p>}
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
