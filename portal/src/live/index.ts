export type { Happening } from "./happening.ts";
export {
  Live,
  useConnection,
  useFeed,
  useHappenings,
  useOwnPresence,
  usePolling,
  useRefresh,
  useStanding,
  useWriters,
} from "./Live.tsx";
export { PresenceMark } from "./PresenceMark.tsx";
export { PRESENCES, type Presence } from "./presence.ts";
export { useSayTyping } from "./useSayTyping.ts";
