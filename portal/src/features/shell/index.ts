export { Crash, Down, NotFound } from "./Faults.tsx";
export type { Place } from "./place.ts";
export { Shell } from "./Shell.tsx";
