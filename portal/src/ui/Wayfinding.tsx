import type { ReactElement } from "react";
import { Link } from "react-aria-components";
import { t } from "../i18n/index.ts";
import "./Surface.css";

export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

/** The way from the top to this page; the last crumb is the page itself. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }): ReactElement {
  return (
    <nav className="breadcrumbs" aria-label={t("ui.breadcrumbs")}>
      <ol>
        {crumbs.map(({ label, href }) => (
          <li key={label}>{href ? <Link href={href}>{label}</Link> : <span aria-current="page">{label}</span>}</li>
        ))}
      </ol>
    </nav>
  );
}

/** Where one is in a task of several pages. */
export function Stepper({ step, count, label }: { step: number; count: number; label: string }): ReactElement {
  return (
    <div className="stack" data-gap="2">
      <p className="small muted">
        {t("ui.step", { step, count })}: {label}
      </p>
      <ol className="stepper" aria-hidden="true">
        {Array.from({ length: count }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
          <li key={place} data-done={place < step || undefined} />
        ))}
      </ol>
    </div>
  );
}
