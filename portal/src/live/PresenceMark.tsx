import type { ReactElement } from "react";
import { t } from "../i18n/index.ts";
import { usePresences } from "./Live.tsx";
import "./presence.css";

interface PresenceMarkProps {
  /** A colleague's reference. */
  readonly person: string;
  /** Said instead of the state alone, where no name stands beside it. */
  readonly name?: string;
}

/** Whether a colleague is there, as a dot and in words; nothing for who is not. */
export function PresenceMark({ person, name }: PresenceMarkProps): ReactElement | null {
  const state = usePresences()[person];
  if (!state) return null;
  return (
    <span className="presence" data-state={state}>
      <span className="presence-dot" aria-hidden="true" />
      {name ? t("live.stateOf", { state, name }) : t("live.state", { state })}
    </span>
  );
}
