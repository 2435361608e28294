export { type Appearance, appear, dress, mark, useAppearance } from "./appearance.ts";
export { type Saving, useSaver } from "./autosave.ts";
export { hear, tell } from "./channel.ts";
export { draftsIn, forgetDrafts, hasDrafts, keepDraft, useDraft } from "./drafts.ts";
export { useEdition } from "./edition.ts";
export { alive, useIdle } from "./idle.ts";
export { lockMark } from "./lockMark.ts";
export {
  forget,
  leave,
  type Role,
  SESSION_KEY,
  SessionContext,
  type SessionFacts,
  type SessionHandle,
  useAnew,
  useIsLocked,
  useSession,
  useSessionQuery,
  useSignOut,
  useSwitch,
} from "./session.tsx";
