export type { Happening } from "./happening.ts";
export {
  Live,
  useConnection,
  useFeed,
  useOwnPresence,
  usePolling,
  usePresences,
  useStanding,
  useWriters,
} from "./Live.tsx";
export { PRESENCES, type Presence } from "./presence.ts";
export { useSayTyping } from "./useSayTyping.ts";
