import type { Schemas } from "../../api/index.ts";

/** How far a sign-in has come, and the ways to go on. */
export type Stage = Schemas["SignInStep"];
export type Method = Stage["methods"][number];
