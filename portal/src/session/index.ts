export { type Appearance, appear, dress, mark, useAppearance } from "./appearance.ts";
export { hear, tell } from "./channel.ts";
export { type DraftHandle, forgetDrafts, hasDrafts, useDraft } from "./drafts.ts";
export { type Edition, useEdition } from "./edition.ts";
export { useIdle } from "./idle.ts";
export {
  forget,
  type Role,
  SESSION_KEY,
  SessionContext,
  type SessionFacts,
  type SessionHandle,
  useSession,
  useSessionQuery,
  useSignOut,
  useSwitch,
} from "./session.tsx";
