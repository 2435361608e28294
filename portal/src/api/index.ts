export { answer, api, type Schemas } from "./client.ts";
export { Problem } from "./problem.ts";
export { onSessionOver, reach, renew, send } from "./send.ts";
