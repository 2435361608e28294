/** What security officers watch: its addresses, and its places in the rail. */
import { BellRing, FileCheck, KeyRound, ScrollText, Share2, ShieldHalf, Siren, UserSearch } from "lucide-react";
import type { RouteObject } from "react-router";
import type { Place } from "../features/shell/index.ts";
import type { SessionHandle } from "../session/index.ts";

/** Each page under `/oversight` is its own file of code, loaded when first asked for. */
export const oversight: RouteObject[] = [
  {
    path: "oversight",
    lazy: async () => ({ Component: (await import("../features/oversight/index.ts")).OversightPage }),
  },
  {
    path: "oversight/alarms",
    lazy: async () => ({ Component: (await import("../features/oversight/index.ts")).AlarmsPage }),
  },
  {
    path: "oversight/emergency",
    lazy: async () => ({ Component: (await import("../features/emergency/index.ts")).ReviewsPage }),
  },
  {
    path: "oversight/access",
    lazy: async () => ({ Component: (await import("../features/emergency/index.ts")).AccessPage }),
  },
  {
    path: "oversight/disclosures",
    lazy: async () => ({ Component: (await import("../features/sharing/index.ts")).OversightDisclosuresPage }),
  },
  {
    path: "oversight/evidence",
    lazy: async () => ({ Component: (await import("../features/evidence/index.ts")).EvidencePage }),
  },
  {
    path: "oversight/verification",
    lazy: async () => ({ Component: (await import("../features/verification/index.ts")).VerificationPage }),
  },
  {
    path: "oversight/destruction",
    lazy: async () => ({ Component: (await import("../features/shredding/index.ts")).DestructionPage }),
  },
];

/** Where those who watch can go; a destruction takes an administrator besides. */
export function oversightFor(session: SessionHandle): readonly Place[] {
  const destruction: Place = {
    path: "/oversight/destruction",
    name: "shredding.title",
    icon: KeyRound,
    isOversight: true,
  };
  const access: Place = { path: "/oversight/access", name: "emergency.access", icon: UserSearch, isOversight: true };
  if (session.role === "administrator") return [access, destruction];
  if (session.role !== "security-officer") return [];
  return [
    { path: "/oversight", name: "oversight.title", icon: ScrollText, letter: "l", isOversight: true },
    { path: "/oversight/alarms", name: "oversight.alarms", icon: BellRing, letter: "u", isOversight: true },
    { path: "/oversight/emergency", name: "emergency.reviews", icon: Siren, isOversight: true },
    access,
    { path: "/oversight/disclosures", name: "disclosures.title", icon: Share2, letter: "x", isOversight: true },
    { path: "/oversight/evidence", name: "evidence.title", icon: FileCheck, letter: "e", isOversight: true },
    { path: "/oversight/verification", name: "verification.title", icon: ShieldHalf, isOversight: true },
    destruction,
  ];
}
