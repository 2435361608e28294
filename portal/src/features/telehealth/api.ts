/** Video visits over REST: what is asked before and beside the call itself, which goes by the socket. */
import { answer, api, type Schemas } from "../../api/index.ts";
import type { Ice } from "./media/port.ts";

export type Listed = Schemas["ListedVisit"];
export type Guest = Schemas["VisitGuest"];
export type Inviting = Schemas["GuestInvited"];

export const visitsKey = ["video-visits"] as const;
export const visitKey = (visit: string) => ["video-visits", visit] as const;
export const guestsKey = (visit: string) => ["video-visits", visit, "guests"] as const;

const at = (visit: string) => ({ params: { path: { visit } } });

export const listVisits = (every: boolean, signal: AbortSignal): Promise<readonly Listed[]> =>
  answer(api.GET("/api/video-visits", { params: { query: { every } }, signal }));

export const readVisit = (visit: string, signal?: AbortSignal) =>
  answer(api.GET("/api/video-visits/{visit}", { ...at(visit), ...(signal && { signal }) }));

export const transcript = (visit: string) => answer(api.GET("/api/video-visits/{visit}/transcript", at(visit)));

export const iceToTest = async (visit: string): Promise<Ice> =>
  iceOf(await answer(api.GET("/api/video-visits/{visit}/ice-test", at(visit))));

export const remind = (visit: string) => answer(api.POST("/api/video-visits/{visit}/reminder", at(visit)));

export const markMissed = (visit: string) => answer(api.POST("/api/video-visits/{visit}/no-show", at(visit)));

export const guests = (visit: string, signal: AbortSignal): Promise<readonly Guest[]> =>
  answer(api.GET("/api/video-visits/{visit}/guests", { ...at(visit), signal }));

export const invite = (visit: string, body: Inviting): Promise<Guest> =>
  answer(api.POST("/api/video-visits/{visit}/guests", { ...at(visit), body }));

export const cancelGuest = (visit: string, guest: string) =>
  answer(api.DELETE("/api/video-visits/{visit}/guests/{guest}", { params: { path: { visit, guest } } }));

export const redeem = (code: string) => answer(api.POST("/api/video-visits/guest", { body: { code } }));

export const readGuestVisit = () => answer(api.GET("/api/video-visits/guest"));

export const guestIceToTest = async (): Promise<Ice> =>
  iceOf(await answer(api.GET("/api/video-visits/guest/ice-test")));

export const forgetGuest = () => answer(api.DELETE("/api/video-visits/guest"));

/** The server's list is of RTCIceServer, which its description leaves open. */
const iceOf = ({ servers, expires }: Schemas["IceServers"]): Ice => ({
  servers: servers as unknown as Ice["servers"],
  expires,
});
