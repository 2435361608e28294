import type { ReactElement, ReactNode } from "react";
import { t } from "../../i18n/index.ts";
import { useEdition } from "../../session/index.ts";
import "./identity.css";

interface FrameProps {
  readonly page: string;
  /** The choice of a language, where loading the page anew loses nothing. */
  readonly languages?: ReactNode;
  readonly children: ReactNode;
}

/** The page around everything that happens before one is in: the product's name, one sheet, one task. */
export function Frame({ page, languages, children }: FrameProps): ReactElement {
  const edition = useEdition().data;
  return (
    <div className="identity">
      {edition && <title>{t("shell.pageTitle", { page, product: edition.title })}</title>}
      <header className="identity-brand">
        <Sign />
        <div>
          <h1 className="identity-product">{edition?.title}</h1>
          <p className="small muted">{edition?.tagline}</p>
        </div>
      </header>
      <main className="identity-sheet">{children}</main>
      {edition && (
        <footer className="identity-notes">
          {languages}
          {edition.demo && <p className="identity-note">{t("identity.demo")}</p>}
          <p className="identity-note">
            <a href={`mailto:${edition.supportEmail}`}>{edition.supportEmail}</a>
          </p>
        </footer>
      )}
    </div>
  );
}

function Sign(): ReactElement {
  return (
    <svg className="identity-sign" width="40" height="40" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 23V11.5c0-1.4 1.8-2 2.6-.9L16 19.5l6.4-8.9c.8-1.1 2.6-.5 2.6.9V23" />
    </svg>
  );
}
