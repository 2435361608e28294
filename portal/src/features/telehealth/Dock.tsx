import { Undo2 } from "lucide-react";
import { type ReactElement, useEffect } from "react";
import { useLocation } from "react-router";
import { t } from "../../i18n/index.ts";
import { alive } from "../../session/index.ts";
import { ButtonLink } from "../../ui/index.ts";
import { selfOf } from "./room.ts";
import type { Seat } from "./seat.ts";
import { Tile } from "./Tile.tsx";
import { useCallState, useSeatState } from "./useSeat.ts";
import { useAdmittedCue } from "./WaitingRoom.tsx";
import "./telehealth.css";

/** A minute holds two signs, so that a missed one does not matter. */
const SIGN_MS = 30_000;

/** The visit one is in, while one is on another page; and that somebody who talks and touches nothing is there. */
export function Dock({ seat }: { readonly seat: Seat }): ReactElement | null {
  const { pathname } = useLocation();
  const state = useSeatState(seat);
  const call = useCallState(state.call);
  const isTalking = call?.phase === "connected";
  useAdmittedCue(state.stage === "inside" && selfOf(state.room.whole)?.part !== "host");
  useEffect(() => {
    if (!isTalking) return;
    alive();
    const timer = setInterval(alive, SIGN_MS);
    return () => clearInterval(timer);
  }, [isTalking]);
  const isThere = state.stage === "lobby" || state.stage === "inside";
  const home = `/visits/${seat.visit}`;
  if (!isThere || pathname === home || pathname.startsWith(`${home}/`)) return null;
  const [other] = call?.others ?? [];
  return (
    <aside className="tele-dock" aria-label={t("tele.dock")}>
      {other && (
        <div className="tele-dock-picture">
          <Tile person={other} stream={other.stream} hasPicture={other.video !== false} />
        </div>
      )}
      <div className="stack" data-gap="1">
        <span className="strong" role="status">
          {state.stage === "lobby"
            ? t("tele.visitState.lobby")
            : other
              ? t("tele.dockWith", { name: other.name })
              : t("tele.dock")}
        </span>
        <ButtonLink kind="primary" size="small" icon={Undo2} href={home}>
          {t("tele.dockBack")}
        </ButtonLink>
      </div>
    </aside>
  );
}
