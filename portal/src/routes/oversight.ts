/** What security officers watch: its addresses, and its places in the rail. */
import { ScrollText } from "lucide-react";
import type { RouteObject } from "react-router";
import type { Place } from "../features/shell/index.ts";
import type { SessionHandle } from "../session/index.ts";

/** Each page under `/oversight` is its own file of code, loaded when first asked for. */
export const oversight: RouteObject[] = [
  {
    path: "oversight",
    lazy: async () => ({ Component: (await import("../features/oversight/index.ts")).OversightPage }),
  },
];

/** Where those who watch can go. */
export function oversightFor(session: SessionHandle): readonly Place[] {
  if (session.role !== "security-officer") return [];
  return [{ path: "/oversight", name: "oversight.title", icon: ScrollText, letter: "l", isOversight: true }];
}
