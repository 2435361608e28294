export { Crash, Down, NotFound } from "./Faults.tsx";
export { type Place, Shell } from "./Shell.tsx";
