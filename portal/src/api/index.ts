export { answer, api, type Schemas } from "./client.ts";
export { download, handOver } from "./download.ts";
export { Problem } from "./problem.ts";
export { onRenewed, onSessionOver, reach, renew, send, sessionOver } from "./send.ts";
