import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { t } from "../../i18n/index.ts";
import { mark, useEdition, useSession } from "../../session/index.ts";
import { KeyboardHelp, useKeys } from "../../ui/index.ts";
import { Palette } from "./Palette.tsx";
import type { Place } from "./place.ts";
import { Rail } from "./Rail.tsx";
import { Reach } from "./Reach.tsx";
import { ReadOnly } from "./ReadOnly.tsx";
import { Ring } from "./Ring.tsx";
import { TopBar } from "./TopBar.tsx";
import "./Shell.css";

/** The frame of everything that is seen signed in: rail, top bar, page. */
export function Shell({ places, children }: { places: readonly Place[]; children: ReactNode }): ReactElement {
  const session = useSession();
  const edition = useEdition().data;
  const navigate = useNavigate();
  const [finding, setFinding] = useState(false);
  const [helping, setHelping] = useState(false);
  const main = useArrival();

  useEffect(() => {
    mark(document.documentElement, "face", session.isPatientFace ? "patient" : "staff");
    return () => mark(document.documentElement, "face", null);
  }, [session.isPatientFace]);

  useKeys([
    { keys: "Mod+k", label: t("shell.keySearch"), onPress: () => setFinding(true) },
    { keys: "/", label: t("shell.keySearch"), onPress: () => setFinding(true) },
    ...places.flatMap(({ letter, name, path }) =>
      letter
        ? [{ keys: `g ${letter}`, label: t("shell.keyGo", { place: t(name) }), onPress: () => navigate(path) }]
        : [],
    ),
    { keys: "?", label: t("shell.keys"), onPress: () => setHelping(true) },
  ]);

  return (
    <div className="shell">
      <a className="visually-hidden" href="#page">
        {t("shell.skip")}
      </a>
      <Rail places={places} title={edition?.title ?? ""} />
      <div className="shell-column">
        <TopBar onFind={() => setFinding(true)} onHelp={() => setHelping(true)} />
        <Reach />
        <ReadOnly />
        <Ring />
        <main ref={main} id="page" className="shell-page" tabIndex={-1}>
          <div className="page">{children}</div>
        </main>
      </div>
      <Palette isOpen={finding} onClose={() => setFinding(false)} places={places} onHelp={() => setHelping(true)} />
      <KeyboardHelp isOpen={helping} onClose={() => setHelping(false)} />
    </div>
  );
}

/** On arriving at another page the focus and the scroll go to its beginning. */
function useArrival() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  return main;
}
