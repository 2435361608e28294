import { type ReactElement, Suspense, useEffect } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { Outlet, useHref, useNavigate } from "react-router";
import { currentLocale } from "../i18n/index.ts";
import { mark, useEdition } from "../session/index.ts";
import { Toasts } from "../ui/index.ts";

/** What every page has: the edition's look, links that do not load anew, toasts. */
export function Root(): ReactElement {
  const navigate = useNavigate();
  const edition = useEdition().data;
  useEffect(() => {
    if (edition) mark(document.documentElement, "edition", edition.edition);
  }, [edition]);
  return (
    <I18nProvider locale={currentLocale()}>
      <RouterProvider navigate={navigate} useHref={useHref}>
        {edition && <title>{edition.title}</title>}
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
        <Toasts />
      </RouterProvider>
    </I18nProvider>
  );
}
