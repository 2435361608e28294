import { choice } from "../message.ts";

export const live = {
  "live.without": "Without live updates; read at {time}",
  "live.withoutHint": "Everything works. What others change appears here within a minute.",
  "live.presence": "How colleagues see you",
  "live.state": choice("state", { available: "Available", busy: "Busy", away: "Away", other: "Not here" }),
  "live.stateOf": choice("state", {
    available: "{name} is available",
    busy: "{name} is busy",
    away: "{name} is away",
    other: "{name} is not here",
  }),
  "live.stateNow": choice("state", {
    available: "Colleagues see you as available.",
    busy: "Colleagues see you as busy.",
    away: "Colleagues see you as away.",
    other: "Colleagues see you as not here.",
  }),
  "live.stateFailed": "That did not work. Colleagues see you as before.",
  "live.waits": "{name} waits for you by video",
  "live.somebodyWaits": "Somebody waits for you by video",
  "live.since": "Since {time}",
  "live.ready": "Your video visit is ready",
  "live.readyHint": "The clinic is there and waits for you.",
  "live.missing": "{name} has not come to the video visit",
  "live.somebodyMissing": "A patient has not come to the video visit",
  "live.join": "Join",
  "live.openVisit": "Open the visit",
  "live.notNow": "Not now",
  "live.keyJoin": "Join the video visit that rings",
} as const;
